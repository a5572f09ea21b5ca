# frozen_string_literal: true

require "json"
require "stringio"

# AWS's module, whose two methods a function may replace.
module AwsLambda
  # Events and answers as JSON.
  class Marshaller
    class << self
      # The handler's event; anything but JSON is handed over as it came.
      def marshall_request(raw_request)
        raw_request["Content-Type"] == "application/json" ? JSON.parse(raw_request.body) : raw_request.body
      end

      # The handler's answer as text, or as text and its content type. A file or a StringIO is answered as it is.
      def marshall_response(method_response)
        case method_response
        when StringIO, IO then [method_response, "application/unknown"]
        else method_response.to_json
        end
      end
    end
  end
end

# frozen_string_literal: true

require_relative "gems"
require_relative "logging"
require_relative "marshaller"
require_relative "api"
require_relative "context"
require_relative "failure"
require_relative "handler"

# Boda's client of AWS's Runtime API for Ruby 3.1 and newer.
#
# `loop` asks for invocations and runs them; `api` speaks HTTP; `handler` finds the user's function; `marshaller`,
# `context`, `failure`, `logs` and `logging` are what the function receives, returns, raises and writes. Everything here
# is loaded before the function, and little else: every millisecond is paid at each cold start.
module BodaRuntime
  # One environment's work.
  class Loop
    # Statuses that AWS's client ends with.
    INIT_FAILED = 252
    BROKEN_BY_FUNCTION = 255
    BROKEN_ANSWER = 254

    def initialize(api, log)
      @api = api
      @log = log
    end

    # The user's function; a failure is reported and ends the process.
    def load(name)
      Handler.prepare_path
      Handler.new(name).load
    rescue Exception => e # also SyntaxError, LoadError and `exit`
      failure = Failure.new(e, "Init")
      report(failure, "Init error when loading handler ") { |body| @api.fail_init(body, failure.type) }
      exit(INIT_FAILED)
    end

    # Asks for events and answers them until the server is gone.
    def run(handler)
      answer(@api.next, handler) while true
    end

    private

    def answer(invocation, handler)
      begin_invocation(invocation)
      response = called(invocation, handler)
      return if response.nil? # it failed, and that is said

      body, content_type = response
      body = body.read if content_type == "application/unknown"
      @api.respond(invocation.request_id, body.to_s, content_type || RuntimeApi::JSON_TYPE)
    rescue SystemCallError, IOError => e
      break_off(invocation, Failure.new(e, "Runtime"), "Critical exception from handler", BROKEN_ANSWER)
    end

    # The answer and perhaps its content type; nothing if the function failed.
    def called(invocation, handler)
      event = AwsLambda::Marshaller.marshall_request(invocation)
      response = AwsLambda::Marshaller.marshall_response(handler.call(event, LambdaContext.new(invocation)))
      response.is_a?(Array) ? response : [response]
    rescue Exception => e # also `exit` and a stack without end
      failure = Failure.new(e, "Function")
      if e.is_a?(StandardError) && !e.is_a?(NameError)
        fail(invocation, failure, "Error raised from handler method")
      else
        break_off(invocation, failure, "Critical exception from handler", BROKEN_BY_FUNCTION)
      end
    end

    # AWS goes on after most errors, and ends the environment after those that code without a flaw does not have.
    def break_off(invocation, failure, said, status)
      fail(invocation, failure, said)
      exit(status)
    end

    def fail(invocation, failure, said)
      report(failure, said) { |body| @api.fail(invocation.request_id, body, failure.type) }
      nil
    end

    def report(failure, said)
      members = failure.to_h
      @log.message("#{said}\n")
      @log.message("#{JSON.pretty_generate(members)}\n")
      yield JSON.generate(members)
    end

    def begin_invocation(invocation)
      $_global_aws_request_id = invocation.request_id # AWS's name, which formatters of functions know
      ENV["_X_AMZN_TRACE_ID"] = invocation["lambda-runtime-trace-id"] # nil removes it
    end
  end

  def self.main
    # Ruby would answer it by an exception. Only a function's own handler is to be heard, as on AWS without extensions.
    Signal.trap("TERM", "SYSTEM_DEFAULT")
    descriptor = ENV.delete("_BODA_RUNTIME_API_FD") # nothing that the function should see
    log = redirected_output
    prepare_logger(log)
    work = Loop.new(RuntimeApi.new(ENV.fetch("AWS_LAMBDA_RUNTIME_API"), descriptor), log)
    work.run(work.load(ENV.fetch("_HANDLER")))
  rescue ServerGone
    exit(1)
  end
end

# frozen_string_literal: true

require "socket.so" # without socket.rb, which this client has no use for

module BodaRuntime
  # The Runtime API does not answer any more: there is nothing left to run.
  class ServerGone < StandardError; end

  # One event with what the Runtime API says about it. Headers are found by their names in any case, as users' own
  # marshallers expect of AWS's client.
  class Invocation
    attr_reader :body

    def initialize(headers, body)
      @headers = headers
      @body = body
    end

    def [](name)
      @headers[name.downcase]
    end

    def request_id
      self["lambda-runtime-aws-request-id"]
    end
  end

  # AWS's Runtime API, version 2018-06-01, with no more HTTP than it takes: `net/http` alone would cost more than the
  # rest of a cold start. An answer and the request for the next event leave together: whatever the server says to the
  # answer, there is nothing to do but to go on. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
  #
  # For one thread.
  class RuntimeApi
    LINE_END = "\r\n"
    JSON_TYPE = "application/json"

    # A connection that is there already, at the descriptor of this number, is used first.
    def initialize(address, descriptor = nil)
      @host, _, port = address.rpartition(":")
      @host = @host.delete("[]")
      @port = Integer(port)
      @headers = "Host: #{address}\r\nUser-Agent: boda-ruby/#{RUBY_VERSION}\r\n"
      @next = head("GET", "invocation/next")
      @answer = [] # what is to be sent with the request for the next event
      @socket = opened(descriptor)
    end

    # Waits for an event, however long that takes.
    def next
      answer = @answer
      @answer = []
      response = exchange(*answer, @next)
      response = following unless answer.empty?
      status, headers, body = response
      raise ServerGone, "next was answered with status #{status}" unless status == 200

      Invocation.new(headers, body)
    end

    # Answers an invocation as soon as `next` is called. A refusal (too large, too late) is the server's business: it
    # told the caller.
    def respond(request_id, body, content_type)
      @answer = [head("POST", "invocation/#{request_id}/response", body, content_type), body]
    end

    # Reports that an invocation failed.
    def fail(request_id, body, error_type)
      exchange(head("POST", "invocation/#{request_id}/error", body, JSON_TYPE, error_type), body)
    end

    # Reports that the function could not be loaded.
    def fail_init(body, error_type)
      exchange(head("POST", "init/error", body, JSON_TYPE, error_type), body)
    end

    private

    def head(method, path, body = nil, content_type = nil, error_type = nil)
      lines = "#{method} /2018-06-01/runtime/#{path} HTTP/1.1\r\n#{@headers}"
      lines += "Content-Type: #{content_type}\r\nContent-Length: #{body.bytesize}\r\n" if body
      lines += "Lambda-Runtime-Function-Error-Type: #{error_type.gsub(/[^ -~]/, '?')}\r\n" if error_type
      lines + LINE_END
    end

    # Sends a request and reads its answer; once more if a kept-alive connection turns out to be closed.
    def exchange(*request)
      fresh = @socket.nil?
      @socket = connected if fresh
      @socket.write(*request)
      read_response
    rescue SystemCallError, IOError => e
      disconnect
      raise ServerGone, e.message if fresh

      retry
    end

    # The event that was asked for along with an answer; asked for again if the connection ended before.
    def following
      @socket ? read_response : exchange(@next)
    rescue SystemCallError, IOError
      disconnect
      exchange(@next)
    end

    def connected
      socket = TCPSocket.new(@host, @port)
      socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
      socket
    end

    # Unless the program that started this one has closed it.
    def opened(descriptor)
      return nil if descriptor.nil?

      socket = TCPSocket.for_fd(Integer(descriptor))
      socket.close_on_exec = true
      socket
    rescue SystemCallError
      nil
    end

    def disconnect
      @socket&.close
    rescue SystemCallError, IOError
      # It was of no use any more.
    ensure
      @socket = nil
    end

    def read_response
      status = read_line.split(" ", 3)[1].to_i
      headers = {}
      until (line = read_line).empty?
        name, value = line.force_encoding(Encoding::UTF_8).split(":", 2)
        headers[name.downcase] = value.strip
      end
      body = chunked?(headers) ? read_chunks : read_exactly(headers["content-length"].to_i)
      disconnect if headers["connection"]&.downcase == "close"
      [status, headers, body.force_encoding(Encoding::UTF_8)]
    end

    def chunked?(headers)
      headers["transfer-encoding"]&.downcase == "chunked"
    end

    def read_chunks
      body = String.new
      until (length = read_line.split(";", 2).first.hex).zero?
        body << read_exactly(length)
        read_line
      end
      nil until read_line.empty? # what trails the last chunk
      body
    end

    def read_line
      @socket.gets(LINE_END, chomp: true) || raise(EOFError, "the connection was closed")
    end

    def read_exactly(length)
      read = @socket.read(length)
      raise EOFError, "the connection was closed in the middle of an answer" unless read && read.bytesize == length

      read
    end
  end
end

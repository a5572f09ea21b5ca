# frozen_string_literal: true

require "json"
require "logger"
require_relative "logs"

module BodaRuntime
  # Log entries as AWS's runtime writes them: those of Ruby, with the request id before the program's name.
  class TextFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      id = $_global_aws_request_id
      stamp = format_datetime(time).strip
      format("%s, [%s #%d] %5s %s -- %s: %s\n", severity[0], stamp, Process.pid, severity, id, Text.utf8(progname),
             Text.utf8(msg2str(message)))
    end
  end

  # Log entries as JSON objects, for `AWS_LAMBDA_LOG_FORMAT=JSON`.
  class JsonFormatter < Logger::Formatter
    def call(severity, time, progname, message)
      members = { timestamp: time.getutc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ"), level: severity }
      members[:message] = Text.utf8(message.is_a?(Exception) ? message.message : msg2str(message))
      members[:requestId] = $_global_aws_request_id
      members[:logger] = Text.utf8(progname) unless progname.to_s.empty?
      members.update(of_error(message)) if message.is_a?(Exception)
      "#{JSON.generate(members.compact)}\n"
    end

    private

    def of_error(error)
      frames = (error.backtrace || []).map { |frame| Text.utf8(frame) }
      { errorType: error.class.to_s, errorMessage: Text.utf8(error.message), stackTrace: frames,
        location: location(frames.first) }
    end

    # `file:method:line` of a frame, which has the method last, in quotes that differ between versions of Ruby.
    def location(frame)
      found = frame&.match(/\A(?<file>.+):(?<line>\d+):in [`'](?<method>.+)'\z/)
      found ? "#{found[:file]}:#{found[:method]}:#{found[:line]}" : frame
    end
  end

  # Gives loggers that write to standard output, standard error or nowhere AWS's form, level and place.
  module LambdaLogger
    LEVELS = { "TRACE" => Logger::DEBUG, "DEBUG" => Logger::DEBUG, "INFO" => Logger::INFO, "WARN" => Logger::WARN,
               "ERROR" => Logger::ERROR, "FATAL" => Logger::FATAL }.freeze

    class << self
      attr_accessor :formatter, :sink
      attr_writer :level

      def level
        @level || Logger::DEBUG
      end
    end

    def initialize(logdev, shift_age = 0, shift_size = 1_048_576, **options)
      if logdev.nil? || logdev == $stdout || logdev == $stderr
        logdev = LambdaLogger.sink
        options[:formatter] ||= LambdaLogger.formatter.new
        options[:level] = LambdaLogger.level unless options.key?(:level)
      end
      super(logdev, shift_age, shift_size, **options)
    end
  end

  def self.prepare_logger(log)
    json = ENV.fetch("AWS_LAMBDA_LOG_FORMAT", "").casecmp?("JSON")
    LambdaLogger.formatter = json ? JsonFormatter : TextFormatter
    LambdaLogger.sink = LogSink.new(log, json ? FramedLog::JSON : FramedLog::TEXT)
    LambdaLogger.level = LambdaLogger::LEVELS[ENV.fetch("AWS_LAMBDA_LOG_LEVEL", "").upcase]
    Logger.prepend(LambdaLogger)
  end
end

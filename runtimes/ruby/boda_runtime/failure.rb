# frozen_string_literal: true

require_relative "text"

# Ruby 3.1 adds guesses and source lines to messages. From 3.2 on, as in all of AWS's runtimes, they are not in the
# message but in what is printed of it.
if RUBY_VERSION < "3.2"
  ErrorHighlight::CoreExt.remove_method(:to_s) if defined?(ErrorHighlight::CoreExt)
  DidYouMean::Correctable.remove_method(:to_s) if defined?(DidYouMean::Correctable)
end

module BodaRuntime
  # How a failure looks to the caller and in the log, in AWS's shapes.
  # https://docs.aws.amazon.com/lambda/latest/dg/ruby-exceptions.html
  class Failure
    OWN_FOLDER = "#{File.dirname(__dir__)}/"
    FRAMES = 100

    # The only classes that AWS names in the header; of others it says that they are the user's.
    NAMED = %w[
      ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError
    ].freeze

    # where: `Function`, `Init` or `Runtime`, whose fault it is.
    def initialize(error, where)
      @error = error
      @where = where
    end

    # For `Lambda-Runtime-Function-Error-Type`.
    def type
      NAMED.include?(@error.class.to_s) ? "#{@where}<#{@error.class}>" : "Function<UserException>"
    end

    # The members that AWS answers, in AWS's order.
    def to_h
      { errorMessage: Text.utf8(@error.message),
        errorType: Text.utf8("#{@where}<#{@error.class}>"),
        stackTrace: stack_trace }
    end

    private

    # Up to where this client called the function.
    def stack_trace
      frames = @error.backtrace_locations || []
      frames.first(FRAMES).take_while { |frame| !frame.path.start_with?(OWN_FOLDER) }.map { |frame| Text.utf8(frame) }
    end
  end
end

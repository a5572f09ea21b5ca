# frozen_string_literal: true

# What a method of no class or module is called on: its name is in the messages of errors, and what a handler keeps in
# instance variables stays from one invocation to the next.
class LambdaHandler; end

module BodaRuntime
  # The function that `_HANDLER` names. https://docs.aws.amazon.com/lambda/latest/dg/ruby-handler.html
  class Handler
    # `file.method` or `file.Module::Class.method`; the file may be in folders.
    def initialize(name)
      parts = name.split(".")
      unless [2, 3].include?(parts.size)
        raise ArgumentError, "Invalid handler #{parts}, must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD " \
                             "where FILENAME corresponds with an existing Ruby source file FILENAME.rb, CLASS is an " \
                             "optional module/class namespace and METHOD is a callable method. If using CLASS, " \
                             "METHOD must be a class-level method."
      end

      @file = parts.first
      @namespace = parts[1] if parts.size == 3
      @method = parts.last
      @receiver = LambdaHandler.new
    end

    def load
      require @file
      self
    end

    # Only now is it looked for, as on AWS.
    def call(event, context)
      target = @namespace ? Kernel.const_get(@namespace) : @receiver
      target.__send__(@method, event: event, context: context)
    end

    # Where Ruby looks first. The variable is replaced where a function has one of its own, as AWS does.
    def self.prepare_path
      task = ENV.fetch("LAMBDA_TASK_ROOT", "/var/task")
      given = ENV.fetch("RUBYLIB", "").split(":")
      return if given.first == task

      first = [task, "#{ENV.fetch('LAMBDA_RUNTIME_DIR', '/var/runtime')}/lib"]
      ENV["RUBYLIB"] = (first + given).join(":")
      $LOAD_PATH.unshift(*first)
    end
  end
end

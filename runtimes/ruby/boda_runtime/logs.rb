# frozen_string_literal: true

require_relative "text"

module BodaRuntime
  # Where a function's output goes. With `_LAMBDA_TELEMETRY_LOG_FD` every message is one frame on that descriptor, so
  # that several lines stay one log event: type, length and time (microseconds) as big-endian 4, 4 and 8 bytes, then
  # the text. Standard output and error go there too, as they are, so that everything stays in order: bytes that are no
  # frame are lines.
  class FramedLog
    TEXT = 0xA55A0003
    JSON = 0xA55A0002

    def initialize(descriptor)
      @io = IO.for_fd(descriptor, "w")
      @io.sync = true
      @io.close_on_exec = true
      @lock = Mutex.new
      [STDOUT, STDERR].each { |stream| stream.reopen(@io) }
    end

    # Writes a frame, whole: from any thread, one at a time, and no exception of another thread cuts it.
    def message(text, type = TEXT)
      body = Text.utf8(text).b
      frame = [type, body.bytesize, Process.clock_gettime(Process::CLOCK_REALTIME, :microsecond)].pack("NNQ>") << body
      Thread.handle_interrupt(Object => :never) { @lock.synchronize { @io.write(frame) } }
    rescue ThreadError
      @io.write(frame) # in a signal handler, where nothing can be locked
    end
  end

  # Writes to standard output, where lines are parted.
  class PlainLog
    def message(text, _type = nil)
      $stdout.write(text)
    end
  end

  # What `Logger` writes to: each entry a message. AWS's replaces the device of those that write to standard output,
  # standard error or nowhere.
  class LogSink
    def initialize(log, type)
      @log = log
      @type = type
    end

    def write(entry)
      @log.message(entry, @type)
    end

    def close
      # The log stays for others.
    end
  end

  # Takes over the output; returns the log.
  def self.redirected_output
    descriptor = ENV.delete("_LAMBDA_TELEMETRY_LOG_FD")
    log = descriptor ? FramedLog.new(Integer(descriptor)) : PlainLog.new
    STDOUT.sync = true
    STDERR.sync = true
    make_puts_one_message(log)
    log
  end

  # What one `puts` prints is one message, as on AWS; `$stdout.puts` and `print` write lines.
  def self.make_puts_one_message(log)
    Kernel.module_eval do
      define_method(:puts) do |*lines|
        text = lines.flatten.map { |line| Text.utf8(line) }.join("\n")
        log.message(text.end_with?("\n") ? text : "#{text}\n")
        nil
      end
      private :puts
    end
  end
  private_class_method :make_puts_one_message
end

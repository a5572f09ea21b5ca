# frozen_string_literal: true

module BodaRuntime
  # Text that can be written as UTF-8, whatever a function made it of.
  module Text
    module_function

    # What is no character is replaced. Bytes without an encoding are taken for UTF-8.
    def utf8(text)
      text = text.to_s
      text = text.dup.force_encoding(Encoding::UTF_8) if text.encoding == Encoding::BINARY
      text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).scrub
    end
  end
end

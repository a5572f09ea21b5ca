# frozen_string_literal: true

# Starts a Ruby function: what an execution environment of a ruby runtime runs first.

require_relative "boda_runtime/loop"

BodaRuntime.main

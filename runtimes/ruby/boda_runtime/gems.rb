# frozen_string_literal: true

# With `GEM_PATH` set, as on AWS, Ruby forgets the folders of gems that are the interpreter's own, where it keeps part of
# its standard library: more with each version. They come last. A person's own gems are no part of the machine's
# runtime.
if defined?(Gem)
  own = Gem.default_path - [Gem.user_dir]
  Gem.paths = { "GEM_PATH" => (Gem.path | own).join(File::PATH_SEPARATOR) }
end

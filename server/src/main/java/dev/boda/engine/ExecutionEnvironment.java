package dev.boda.engine;

/// One sandbox with one runtime; where invoker and runtime meet.
public final class ExecutionEnvironment {}

package dev.boda;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;

/// Hears of the signals that ask the process to end, in the place of the JVM.
///
/// The JDK has one way to do that, `sun.misc.Signal` of the module `jdk.unsupported`, and a compiler that warns of its
/// name and cannot be told not to: so it is found by reflection.
final class Signals {

    private static final List<String> ENDING = List.of("INT", "TERM");

    private Signals() {}

    /// From now on Ctrl-C and SIGTERM run `action`, on a thread of its own, and do nothing else.
    static void onEnding(Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler run = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    action.run();
                    return null;
                }
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            };
            var handles = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, run);
            for (var name : ENDING) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handles);
            }
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException("This JDK has no sun.misc.Signal", missing);
        }
    }
}

package dev.boda.names;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the questions of all environments, on one thread: a question waits for nobody else's.
public final class NameServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NameServer.class);

    private static final long TICK_MILLIS = 100;
    private static final int QUESTIONS_A_TURN = 16;
    private static final int LARGEST_MESSAGE_BYTES = 65_535;

    /// What environments may learn.
    ///
    /// @param egress whether there is a way out; without one no name is looked up, so that nothing waits
    /// @param aws    whether the names of AWS's own APIs are looked up
    /// @param atOnce most questions under way, of all environments; each takes an open file
    public record Rules(boolean egress, boolean aws, int atOnce) {}

    /// What is served at one socket.
    public interface Served extends AutoCloseable {

        /// The socket is closed when this returns.
        @Override
        void close();
    }

    private final Rules rules;
    private final LongFunction<List<InetSocketAddress>> upstream;
    private final RandomGenerator random;
    private final Selector selector;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;
    // Of the thread, all below. In the order of their deadlines, and of their turns.
    private final LinkedHashSet<Lookup> underWay = new LinkedHashSet<>();
    private final LinkedHashSet<EnvironmentNames> held = new LinkedHashSet<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST_MESSAGE_BYTES);

    private NameServer(
            Rules rules, LongFunction<List<InetSocketAddress>> upstream, RandomGenerator random, Selector selector) {
        this.rules = rules;
        this.upstream = upstream;
        this.random = random;
        this.selector = selector;
        this.thread = Thread.ofPlatform().daemon().name("names").unstarted(this::run);
    }

    /// Asks the name servers that `resolvConf` names.
    ///
    /// @param random must be unpredictable: forged answers are told by it
    public static NameServer start(Rules rules, Path resolvConf, RandomGenerator random) throws IOException {
        return start(rules, new HostNameServers(resolvConf)::at, random);
    }

    /// @param upstream the name servers to ask at a time of the JVM's timer, at least one
    static NameServer start(Rules rules, LongFunction<List<InetSocketAddress>> upstream, RandomGenerator random)
            throws IOException {
        var server = new NameServer(rules, upstream, random, Selector.open());
        server.thread.start();
        return server;
    }

    /// Answers at `socket`, which it owns from now on, also when it throws.
    ///
    /// @param own   names of the environment itself, in small letters
    /// @param onAws hears of each name of AWS that is not looked up, once and of a bounded number; on a thread of
    ///              its own
    public Served serve(DatagramChannel socket, Set<String> own, Consumer<String> onAws) throws IOException {
        var environment = new EnvironmentNames(socket, own, onAws);
        try {
            socket.configureBlocking(false);
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
        execute(() -> open(environment));
        return () -> execute(() -> close(environment));
    }

    /// Runs `task` on the thread, and waits until it has been run.
    private void execute(Runnable task) {
        var done = new CompletableFuture<Void>();
        tasks.add(() -> {
            try {
                task.run();
            } finally {
                done.complete(null);
            }
        });
        selector.wakeup();
        if (!thread.isAlive()) {
            runTasks();
        }
        done.join();
    }

    private synchronized void runTasks() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void open(EnvironmentNames environment) {
        try {
            environment.registered(environment.socket().register(selector, SelectionKey.OP_READ, environment));
        } catch (IOException | ClosedSelectorException closed) {
            close(environment);
        }
    }

    private void close(EnvironmentNames environment) {
        held.remove(environment);
        for (var lookup : List.copyOf(underWay)) {
            if (lookup.environment() == environment) {
                end(lookup);
            }
        }
        try {
            environment.socket().close();
            // What is registered is closed for good by the next selection.
            if (selector.isOpen()) {
                selector.selectNow();
            }
        } catch (IOException failed) {
            LOG.debug("A socket inside an environment was closed already", failed);
        }
    }

    private void run() {
        while (!closing) {
            try {
                selector.select(underWay.isEmpty() && held.isEmpty() ? 0 : TICK_MILLIS);
                runTasks();
                for (var key : List.copyOf(selector.selectedKeys())) {
                    ready(key);
                }
                selector.selectedKeys().clear();
                tick(System.nanoTime());
            } catch (IOException | RuntimeException broken) {
                LOG.error("Names inside environments", broken);
            }
        }
        underWay.forEach(Lookup::close);
        underWay.clear();
    }

    private void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        switch (key.attachment()) {
            case EnvironmentNames environment -> read(environment);
            case Lookup lookup -> receive(lookup);
            default -> throw new IllegalStateException("Nobody waits for " + key);
        }
    }

    /// A few questions, then it is the others' turn.
    private void read(EnvironmentNames environment) {
        long now = System.nanoTime();
        try {
            for (int i = 0; i < QUESTIONS_A_TURN; i++) {
                if (underWay.size() >= rules.atOnce || !environment.mayAsk(now)) {
                    environment.reads(false);
                    held.add(environment);
                    return;
                }
                var client = environment.receive(buffer);
                if (client == null) {
                    return;
                }
                var message = new byte[Math.min(buffer.remaining(), Question.LONGEST_BYTES + 1)];
                buffer.get(message);
                var question = Question.parse(message);
                if (question.isPresent()) {
                    answer(environment, question.get(), client, now);
                }
            }
        } catch (IOException failed) {
            LOG.debug("A question inside an environment is lost", failed);
        }
    }

    private void answer(EnvironmentNames environment, Question question, InetSocketAddress client, long now)
            throws IOException {
        var name = question.name();
        boolean aws = !rules.aws && AwsNames.has(name);
        if (aws) {
            environment.tell(name);
        }
        if (!question.isClear()) {
            int code = question.isOtherOperation() ? Question.NOT_IMPLEMENTED : Question.REFUSED_FORM;
            environment.send(question.refused(code), client);
        } else if (environment.isOwn(name)) {
            environment.send(question.here(), client);
        } else if (aws || !rules.egress) {
            environment.send(question.refused(Question.NO_SUCH_NAME), client);
        } else {
            environment.lookupBegan();
            ask(new Lookup(environment, client, question, upstream.apply(now)), now);
        }
    }

    private void ask(Lookup lookup, long now) {
        // At the end of the order of deadlines, again if it is asked again.
        underWay.remove(lookup);
        underWay.add(lookup);
        if (!lookup.ask(selector, random, now)) {
            finish(lookup, lookup.question().refused(Question.SERVER_FAILURE));
        }
    }

    private void receive(Lookup lookup) {
        try {
            var answer = lookup.receive(buffer);
            if (answer != null) {
                finish(lookup, answer);
            }
        } catch (IOException refused) {
            ask(lookup, System.nanoTime());
        }
    }

    private void finish(Lookup lookup, byte[] answer) {
        end(lookup);
        try {
            lookup.environment().send(answer, lookup.client());
        } catch (IOException gone) {
            LOG.debug("An answer inside an environment is lost", gone);
        }
    }

    private void end(Lookup lookup) {
        if (underWay.remove(lookup)) {
            lookup.environment().lookupEnded();
        }
        lookup.close();
    }

    private void tick(long now) {
        var overdue = new ArrayList<Lookup>();
        for (var lookup : underWay) {
            if (!lookup.isOverdue(now)) {
                break;
            }
            overdue.add(lookup);
        }
        overdue.forEach(lookup -> ask(lookup, now));
        int free = rules.atOnce - underWay.size();
        for (var turns = held.iterator(); turns.hasNext() && free > 0; ) {
            var environment = turns.next();
            if (environment.mayAsk(now)) {
                turns.remove();
                environment.reads(true);
                free--;
            }
        }
    }

    /// Answers nobody any more. The sockets belong to whoever is served.
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
            selector.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failed) {
            LOG.debug("The names' selector was closed already", failed);
        }
        runTasks();
    }
}

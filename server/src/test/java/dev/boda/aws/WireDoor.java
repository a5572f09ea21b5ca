package dev.boda.aws;

import dev.boda.http.FakeExchange;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// A front door with one operation, which keeps its input and answers what it is told.
final class WireDoor<I extends SdkPojo> {

    private final FrontDoor door;
    private @Nullable I input;

    private WireDoor(String service, String operation, Supplier<? extends SdkBuilder<?, I>> builder, SdkPojo output) {
        this.door = FrontDoor.open(
                new FrontDoor.Settings(
                        "000000000000",
                        "us-east-1",
                        _ -> Optional.empty(),
                        false,
                        _ -> Optional.empty(),
                        () -> new UUID(0, 1),
                        InstantSource.system()),
                List.of(ServiceOperations.of(service)
                        .on(operation, builder, (given, _) -> {
                            input = given;
                            return output;
                        })
                        .build()),
                Map.of());
    }

    static <I extends SdkPojo> WireDoor<I> of(
            String service, String operation, Supplier<? extends SdkBuilder<?, I>> builder, SdkPojo output) {
        return new WireDoor<>(service, operation, builder, output);
    }

    FakeExchange.Answered answer(FakeExchange exchange) throws Exception {
        input = null;
        door.handle(exchange);
        return exchange.answered();
    }

    /// What the operation was given.
    I input() {
        if (input == null) {
            throw new AssertionError("The operation was not reached");
        }
        return input;
    }

    boolean reached() {
        return input != null;
    }
}

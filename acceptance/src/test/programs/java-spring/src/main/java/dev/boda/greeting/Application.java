package dev.boda.greeting;

import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** What Spring makes of a bean: a function that Lambda calls. */
@SpringBootApplication
public class Application {

    /** Who is greeted. */
    public record Event(String name) {}

    /** The greeting, and what the context knows. */
    public record Answer(String greeting, String function) {}

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    Function<Event, Answer> greet(Greetings greetings) {
        return event -> new Answer(greetings.of(event.name()), System.getenv("AWS_LAMBDA_FUNCTION_NAME"));
    }
}

package dev.boda.greeting;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Greets with the words that the environment has. */
@Component
class Greetings {

    private final String word;

    Greetings(@Value("${GREETING:hello}") String word) {
        this.word = word;
    }

    String of(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("nobody");
        }
        return word + " " + name;
    }
}

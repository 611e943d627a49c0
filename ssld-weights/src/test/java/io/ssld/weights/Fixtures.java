package io.ssld.weights;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The .pdparams files of the test resources; their README says what is in each. */
final class Fixtures {

    private Fixtures() {}

    static Path path(String name) {
        try {
            return Path.of(
                    requireNonNull(Fixtures.class.getResource("pdparams/" + name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(path(name));
    }

    /** Returns a part of expected.json: what Python read ("accept", "optional"), or why not. */
    static JsonObject expected(String group) throws IOException {
        return json().getAsJsonObject(group);
    }

    /** The names of the files that must be refused. */
    static List<String> rejected() throws IOException {
        return List.copyOf(expected("reject").keySet());
    }

    private static JsonObject json() throws IOException {
        return new Gson()
                .fromJson(
                        Files.readString(path("expected.json"), StandardCharsets.UTF_8),
                        JsonObject.class);
    }
}

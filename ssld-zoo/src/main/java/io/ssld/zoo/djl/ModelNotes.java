package io.ssld.zoo.djl;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What people have to say about a saved model, for its card. What nobody says appears as "not
 * stated", never as a guess.
 *
 * @param data what the network was trained on
 * @param teacher what it learned from, if it was distilled
 * @param metrics its measures by name, such as {@code top-1} to {@code 93.2 %}
 * @param licence under which the weights may be used, and that of the data if it binds them
 * @param intendedUse what the model is for, and what it is not for
 * @param provenance the {@code provenance.json} of its run, copied into the folder
 */
public record ModelNotes(
        Optional<String> data,
        Optional<String> teacher,
        Map<String, String> metrics,
        Optional<String> licence,
        Optional<String> intendedUse,
        Optional<Path> provenance) {

    /** Copies the measures. */
    public ModelNotes {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(teacher, "teacher");
        Objects.requireNonNull(metrics, "metrics");
        Objects.requireNonNull(licence, "licence");
        Objects.requireNonNull(intendedUse, "intendedUse");
        Objects.requireNonNull(provenance, "provenance");
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /**
     * Says nothing.
     *
     * @return empty notes
     */
    public static ModelNotes none() {
        return builder().build();
    }

    /**
     * Starts notes.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects notes. */
    public static final class Builder {

        private final Map<String, String> metrics = new LinkedHashMap<>();
        private Optional<String> data = Optional.empty();
        private Optional<String> teacher = Optional.empty();
        private Optional<String> licence = Optional.empty();
        private Optional<String> intendedUse = Optional.empty();
        private Optional<Path> provenance = Optional.empty();

        private Builder() {}

        /**
         * Says what the network was trained on.
         *
         * @param text one paragraph
         * @return this builder
         */
        public Builder optData(String text) {
            Objects.requireNonNull(text, "text");
            data = Optional.of(text);
            return this;
        }

        /**
         * Says what the network learned from.
         *
         * @param text one paragraph
         * @return this builder
         */
        public Builder optTeacher(String text) {
            Objects.requireNonNull(text, "text");
            teacher = Optional.of(text);
            return this;
        }

        /**
         * Adds a measure.
         *
         * @param name what was measured, and on what
         * @param value the result with its unit
         * @return this builder
         */
        public Builder addMetric(String name, String value) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
            metrics.put(name, value);
            return this;
        }

        /**
         * Says under which licence the weights may be used.
         *
         * @param text one paragraph
         * @return this builder
         */
        public Builder optLicence(String text) {
            Objects.requireNonNull(text, "text");
            licence = Optional.of(text);
            return this;
        }

        /**
         * Says what the model is for.
         *
         * @param text one paragraph
         * @return this builder
         */
        public Builder optIntendedUse(String text) {
            Objects.requireNonNull(text, "text");
            intendedUse = Optional.of(text);
            return this;
        }

        /**
         * Names the provenance of the run.
         *
         * @param file its {@code provenance.json}
         * @return this builder
         */
        public Builder optProvenance(Path file) {
            Objects.requireNonNull(file, "file");
            provenance = Optional.of(file);
            return this;
        }

        /**
         * Builds the notes.
         *
         * @return the notes
         */
        public ModelNotes build() {
            return new ModelNotes(data, teacher, metrics, licence, intendedUse, provenance);
        }
    }
}

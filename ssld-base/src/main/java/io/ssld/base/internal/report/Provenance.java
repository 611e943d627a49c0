package io.ssld.base.internal.report;

import io.ssld.base.internal.Json;
import io.ssld.base.internal.LocalPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a student was made: by which software, from which data, teacher and recipe, and when.
 *
 * <p>Saved beside the student, it travels with it. So it names no host and no user, and an absolute
 * path in any of its text is cut to its last name; data and networks are told by their digests.
 *
 * @param software the versions at work
 * @param machine what they ran on
 * @param started when the run began
 * @param finished when it ended
 * @param commandLine the arguments of the program, empty if it was not started by a command
 * @param seed the seed that every random choice derives from
 * @param recipe the settings of the run, as JSON holds them: whole numbers are {@code Long}, others
 *     {@code Double}
 * @param data the image lists by name, such as {@code train}
 * @param teacher the teacher; {@code null} if the student learned from labels alone
 * @param student the student
 * @param loss the name of the loss
 * @param precision what the student computed in, and why if it is not what was asked for; empty
 *     where it was not recorded
 * @param layout how images lay in memory for each network; empty where it was not recorded
 * @param lossScale how the loss was scaled; {@code null} if it was not
 * @param quarantined how many images were left out because they could not be read
 * @param workers what got the images ready; {@code null} if nothing is known of that
 */
public record Provenance(
        Software software,
        Machine machine,
        Instant started,
        Instant finished,
        List<String> commandLine,
        long seed,
        Map<String, @Nullable Object> recipe,
        Map<String, Images> data,
        @Nullable TeacherFacts teacher,
        StudentFacts student,
        String loss,
        String precision,
        String layout,
        @Nullable ScaleFacts lossScale,
        long quarantined,
        @Nullable WorkerFacts workers) {

    /** The name of its file in a run folder. */
    public static final String FILE = "provenance.json";

    /** Takes copies, and the absolute paths out of every text. */
    public Provenance {
        Objects.requireNonNull(software, "software");
        Objects.requireNonNull(machine, "machine");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(finished, "finished");
        Objects.requireNonNull(commandLine, "commandLine");
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(student, "student");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(precision, "precision");
        if (finished.isBefore(started)) {
            throw new IllegalArgumentException(
                    "finished must not be before started, but was %s, before %s"
                            .formatted(finished, started));
        }
        if (quarantined < 0) {
            throw new IllegalArgumentException(
                    "quarantined must be at least 0, but was " + quarantined);
        }
        commandLine = commandLine.stream().map(LocalPaths::strip).toList();
        Map<String, @Nullable Object> settings = Json.plain(recipe);
        settings.replaceAll((name, value) -> LocalPaths.stripAll(value));
        recipe = Collections.unmodifiableMap(settings);
        Map<String, Images> lists = new LinkedHashMap<>();
        data.forEach((name, images) -> lists.put(LocalPaths.strip(name), images));
        data = Collections.unmodifiableMap(lists);
        loss = LocalPaths.strip(loss);
        precision = Objects.requireNonNullElse(precision, "");
        layout = Objects.requireNonNullElse(layout, "");
    }

    /**
     * The versions at work.
     *
     * @param ssld the version of this library, {@code development} if run from its classes
     * @param java the version of Java
     * @param javaVendor who made that Java
     * @param engine the name of the engine, such as {@code PyTorch}
     * @param engineVersion the version of the engine
     */
    public record Software(
            String ssld, String java, String javaVendor, String engine, String engineVersion) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Software {
            Objects.requireNonNull(ssld, "ssld");
            Objects.requireNonNull(java, "java");
            Objects.requireNonNull(javaVendor, "javaVendor");
            Objects.requireNonNull(engine, "engine");
            Objects.requireNonNull(engineVersion, "engineVersion");
        }
    }

    /**
     * The kind of machine, not which one.
     *
     * @param os the name of the operating system
     * @param arch the architecture of the processor
     * @param cores how many processors Java saw
     * @param device what the student was trained on, such as {@code cpu()} or {@code gpu(0)}
     */
    public record Machine(String os, String arch, int cores, String device) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Machine {
            Objects.requireNonNull(os, "os");
            Objects.requireNonNull(arch, "arch");
            Objects.requireNonNull(device, "device");
        }
    }

    /**
     * The scale of the loss in a run that computed in float16.
     *
     * @param scale what the loss was multiplied by at the end
     * @param skippedSteps steps without an update, because gradients were not finite
     */
    public record ScaleFacts(double scale, long skippedSteps) {}

    /**
     * The threads that decoded and augmented images. They have no influence on the result.
     *
     * @param count how many there were
     * @param reason why so many
     * @param stepSeconds seconds of the fastest step by the number of threads, as measured before
     *     the run; empty if nothing was measured
     */
    public record WorkerFacts(int count, String reason, Map<String, Double> stepSeconds) {

        /** Takes a copy. */
        public WorkerFacts {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(stepSeconds, "stepSeconds");
            stepSeconds = Collections.unmodifiableMap(new LinkedHashMap<>(stepSeconds));
        }
    }

    /**
     * A list of images.
     *
     * @param images how many there are
     * @param digest the digest of the list
     */
    public record Images(long images, String digest) {

        /**
         * Refuses nulls.
         *
         * @throws NullPointerException naming the component
         */
        public Images {
            Objects.requireNonNull(digest, "digest");
        }
    }

    /**
     * The teacher.
     *
     * @param name its name
     * @param classCount how many classes it tells apart
     * @param mode how it was run, such as with the statistics of the batch
     * @param digestBefore the digest of its weights before the run
     * @param digestAfter the digest of its weights after the run
     * @param evaluation the measures of the teacher by name; empty if it was not evaluated
     */
    public record TeacherFacts(
            String name,
            int classCount,
            String mode,
            String digestBefore,
            String digestAfter,
            Map<String, Double> evaluation) {

        /** Takes a copy, and an absolute path out of the name. */
        public TeacherFacts {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(mode, "mode");
            Objects.requireNonNull(digestBefore, "digestBefore");
            Objects.requireNonNull(digestAfter, "digestAfter");
            Objects.requireNonNull(evaluation, "evaluation");
            name = LocalPaths.strip(name);
            evaluation = Collections.unmodifiableMap(new LinkedHashMap<>(evaluation));
        }

        /**
         * Tells whether the run left the teacher as it was.
         *
         * @return true if both digests are equal
         */
        public boolean unchanged() {
            return digestBefore.equals(digestAfter);
        }
    }

    /**
     * The student, as it was saved.
     *
     * @param name its name
     * @param parameters how many numbers it learned
     * @param digest the digest of its weights
     */
    public record StudentFacts(String name, long parameters, String digest) {

        /** Takes an absolute path out of the name. */
        public StudentFacts {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(digest, "digest");
            name = LocalPaths.strip(name);
        }
    }

    /**
     * Starts a provenance; what the running Java knows is filled in.
     *
     * @return a builder
     */
    public static ProvenanceBuilder builder() {
        return new ProvenanceBuilder();
    }

    /**
     * Writes the provenance as JSON.
     *
     * @param file the file to create or replace, usually {@code provenance.json}
     * @throws IOException if the file cannot be written
     */
    public void writeTo(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Json.write(file, this);
    }

    /**
     * Reads what {@link #writeTo} wrote.
     *
     * @param file the file
     * @return an equal provenance
     * @throws IOException if the file cannot be read or holds something else
     */
    public static Provenance read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return Json.read(file, Provenance.class);
    }
}

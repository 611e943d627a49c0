package io.ssld.core.report;

import io.ssld.core.report.Provenance.Images;
import io.ssld.core.report.Provenance.Machine;
import io.ssld.core.report.Provenance.Software;
import io.ssld.core.report.Provenance.StudentFacts;
import io.ssld.core.report.Provenance.TeacherFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Provenance} says; each setting is given once. */
public final class ProvenanceBuilder {

    private final Map<String, Images> data = new LinkedHashMap<>();
    private @Nullable String engine;
    private @Nullable String engineVersion;
    private @Nullable String device;
    private @Nullable Instant started;
    private @Nullable Instant finished;
    private @Nullable List<String> commandLine;
    private @Nullable Long seed;
    private @Nullable Map<String, ? extends @Nullable Object> recipe;
    private @Nullable TeacherFacts teacher;
    private @Nullable StudentFacts student;
    private @Nullable String loss;
    private @Nullable Long quarantined;

    ProvenanceBuilder() {}

    /**
     * Sets the engine.
     *
     * @param name its name, such as {@code PyTorch}
     * @param version its version
     * @return this builder
     */
    public ProvenanceBuilder setEngine(String name, String version) {
        engine = Settings.once("engine", engine, name);
        engineVersion = version;
        return this;
    }

    /**
     * Sets what the student was trained on.
     *
     * @param device the device, such as {@code cpu()}
     * @return this builder
     */
    public ProvenanceBuilder setDevice(String device) {
        this.device = Settings.once("device", this.device, device);
        return this;
    }

    /**
     * Sets when the run began and ended.
     *
     * @param started the beginning
     * @param finished the end, not before the beginning
     * @return this builder
     */
    public ProvenanceBuilder setPeriod(Instant started, Instant finished) {
        this.started = Settings.once("period", this.started, started);
        this.finished = finished;
        return this;
    }

    /**
     * Sets the arguments of the program that ran; none unless set.
     *
     * @param arguments the arguments in order; absolute paths are cut to their last name
     * @return this builder
     */
    public ProvenanceBuilder optCommandLine(List<String> arguments) {
        commandLine = Settings.once("commandLine", commandLine, List.copyOf(arguments));
        return this;
    }

    /**
     * Sets the seed of the run.
     *
     * @param seed the seed
     * @return this builder
     */
    public ProvenanceBuilder setSeed(long seed) {
        this.seed = Settings.once("seed", this.seed, seed);
        return this;
    }

    /**
     * Sets the settings of the run.
     *
     * @param recipe setting to value; values that JSON does not know are kept as {@link Json}
     *     writes them
     * @return this builder
     */
    public ProvenanceBuilder setRecipe(Map<String, ? extends @Nullable Object> recipe) {
        this.recipe = Settings.once("recipe", this.recipe, recipe);
        return this;
    }

    /**
     * Adds a list of images.
     *
     * @param name what the list was used for, such as {@code train}
     * @param images how many images there are
     * @param digest the digest of the list
     * @return this builder
     */
    public ProvenanceBuilder addData(String name, long images, String digest) {
        data.put(name, Settings.once("data " + name, data.get(name), new Images(images, digest)));
        return this;
    }

    /**
     * Sets the teacher; there is none unless set, as in training with labels alone.
     *
     * @param teacher what is known of it
     * @return this builder
     */
    public ProvenanceBuilder optTeacher(TeacherFacts teacher) {
        this.teacher = Settings.once("teacher", this.teacher, teacher);
        return this;
    }

    /**
     * Sets the student.
     *
     * @param student what is known of it
     * @return this builder
     */
    public ProvenanceBuilder setStudent(StudentFacts student) {
        this.student = Settings.once("student", this.student, student);
        return this;
    }

    /**
     * Sets the loss.
     *
     * @param name its name
     * @return this builder
     */
    public ProvenanceBuilder setLoss(String name) {
        loss = Settings.once("loss", loss, name);
        return this;
    }

    /**
     * Sets how many images were left out because they could not be read; 0 unless set.
     *
     * @param images how many, at least 0
     * @return this builder
     */
    public ProvenanceBuilder optQuarantined(long images) {
        quarantined = Settings.once("quarantined", quarantined, images);
        return this;
    }

    /**
     * Builds the provenance, with the versions and the machine that this Java tells.
     *
     * @return the provenance
     * @throws IllegalStateException if a required setting is missing
     */
    public Provenance build() {
        return new Provenance(
                software(),
                machine(),
                Settings.required("setPeriod", started),
                Settings.required("setPeriod", finished),
                Objects.requireNonNullElse(commandLine, List.of()),
                Settings.required("setSeed", seed),
                new LinkedHashMap<>(Settings.required("setRecipe", recipe)),
                data,
                teacher,
                Settings.required("setStudent", student),
                Settings.required("setLoss", loss),
                Objects.requireNonNullElse(quarantined, 0L));
    }

    private Software software() {
        return new Software(
                Objects.requireNonNullElse(
                        Provenance.class.getPackage().getImplementationVersion(), "development"),
                System.getProperty("java.version", ""),
                System.getProperty("java.vendor", ""),
                Settings.required("setEngine", engine),
                Settings.required("setEngine", engineVersion));
    }

    private Machine machine() {
        return new Machine(
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Runtime.getRuntime().availableProcessors(),
                Settings.required("setDevice", device));
    }
}

package io.ssld.base.internal.report;

import io.ssld.base.internal.Json;
import io.ssld.base.internal.Setting;
import io.ssld.base.internal.report.Provenance.Images;
import io.ssld.base.internal.report.Provenance.Machine;
import io.ssld.base.internal.report.Provenance.ScaleFacts;
import io.ssld.base.internal.report.Provenance.Software;
import io.ssld.base.internal.report.Provenance.StudentFacts;
import io.ssld.base.internal.report.Provenance.TeacherFacts;
import io.ssld.base.internal.report.Provenance.WorkerFacts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects what a {@link Provenance} says; each setting is given once. */
public final class ProvenanceBuilder {

    private final Map<String, Images> data = new LinkedHashMap<>();
    private final Setting<String> engine = new Setting<>("engine");
    private final Setting<String> engineVersion = new Setting<>("engine");
    private final Setting<String> device = new Setting<>("device");
    private final Setting<Instant> started = new Setting<>("period");
    private final Setting<Instant> finished = new Setting<>("period");
    private final Setting<List<String>> commandLine = new Setting<>("commandLine");
    private final Setting<Long> seed = new Setting<>("seed");
    private final Setting<Map<String, ? extends @Nullable Object>> recipe = new Setting<>("recipe");
    private final Setting<TeacherFacts> teacher = new Setting<>("teacher");
    private final Setting<StudentFacts> student = new Setting<>("student");
    private final Setting<String> loss = new Setting<>("loss");
    private final Setting<String> precision = new Setting<>("precision");
    private final Setting<String> layout = new Setting<>("layout");
    private final Setting<ScaleFacts> lossScale = new Setting<>("lossScale");
    private final Setting<Long> quarantined = new Setting<>("quarantined");
    private final Setting<WorkerFacts> workers = new Setting<>("workers");

    ProvenanceBuilder() {}

    /**
     * Sets the engine.
     *
     * @param name its name, such as {@code PyTorch}
     * @param version its version
     * @return this builder
     */
    public ProvenanceBuilder setEngine(String name, String version) {
        engine.set(name);
        engineVersion.set(version);
        return this;
    }

    /**
     * Sets what the student was trained on.
     *
     * @param device the device, such as {@code cpu()}
     * @return this builder
     */
    public ProvenanceBuilder setDevice(String device) {
        this.device.set(device);
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
        this.started.set(started);
        this.finished.set(finished);
        return this;
    }

    /**
     * Sets the arguments of the program that ran; none unless set.
     *
     * @param arguments the arguments in order; absolute paths are cut to their last name
     * @return this builder
     */
    public ProvenanceBuilder optCommandLine(List<String> arguments) {
        Objects.requireNonNull(arguments, "arguments");
        commandLine.set(List.copyOf(arguments));
        return this;
    }

    /**
     * Sets the seed of the run.
     *
     * @param seed the seed
     * @return this builder
     */
    public ProvenanceBuilder setSeed(long seed) {
        this.seed.set(seed);
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
        this.recipe.set(recipe);
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
        Objects.requireNonNull(name, "name");
        Images earlier = data.putIfAbsent(name, new Images(images, digest));
        if (earlier != null) {
            throw new IllegalStateException(
                    "data " + name + " must be added once, but was " + earlier + " already");
        }
        return this;
    }

    /**
     * Sets the teacher; there is none unless set, as in training with labels alone.
     *
     * @param teacher what is known of it
     * @return this builder
     */
    public ProvenanceBuilder optTeacher(TeacherFacts teacher) {
        this.teacher.set(teacher);
        return this;
    }

    /**
     * Sets the student.
     *
     * @param student what is known of it
     * @return this builder
     */
    public ProvenanceBuilder setStudent(StudentFacts student) {
        this.student.set(student);
        return this;
    }

    /**
     * Sets the loss.
     *
     * @param name its name
     * @return this builder
     */
    public ProvenanceBuilder setLoss(String name) {
        loss.set(name);
        return this;
    }

    /**
     * Sets what the student computed in; not recorded unless set.
     *
     * @param told the precision, and why if it is not what was asked for
     * @return this builder
     */
    public ProvenanceBuilder optPrecision(String told) {
        precision.set(told);
        return this;
    }

    /**
     * Sets how images lay in memory; not recorded unless set.
     *
     * @param told the layout that each network got
     * @return this builder
     */
    public ProvenanceBuilder optLayout(String told) {
        layout.set(told);
        return this;
    }

    /**
     * Sets how the loss was scaled; it was not unless set.
     *
     * @param facts scale and skipped steps
     * @return this builder
     */
    public ProvenanceBuilder optLossScale(ScaleFacts facts) {
        lossScale.set(facts);
        return this;
    }

    /**
     * Sets how many images were left out because they could not be read; 0 unless set.
     *
     * @param images how many, at least 0
     * @return this builder
     */
    public ProvenanceBuilder optQuarantined(long images) {
        quarantined.set(images);
        return this;
    }

    /**
     * Sets what got the images ready; nothing is told of that unless set.
     *
     * @param facts what is known
     * @return this builder
     */
    public ProvenanceBuilder optWorkers(WorkerFacts facts) {
        workers.set(facts);
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
                started.required(),
                finished.required(),
                commandLine.or(List.of()),
                seed.required(),
                new LinkedHashMap<>(recipe.required()),
                data,
                teacher.orNull(),
                student.required(),
                loss.required(),
                precision.or(""),
                layout.or(""),
                lossScale.orNull(),
                quarantined.or(0L),
                workers.orNull());
    }

    private Software software() {
        return new Software(
                Objects.requireNonNullElse(
                        Provenance.class.getPackage().getImplementationVersion(), "development"),
                System.getProperty("java.version", ""),
                System.getProperty("java.vendor", ""),
                engine.required(),
                engineVersion.required());
    }

    private Machine machine() {
        return new Machine(
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Runtime.getRuntime().availableProcessors(),
                device.required());
    }
}

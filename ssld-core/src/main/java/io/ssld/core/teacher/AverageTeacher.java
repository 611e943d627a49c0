package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.base.internal.Digests;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * The mean of several teachers' probabilities, as log-probabilities.
 *
 * @param members the teachers
 * @param looked whether their first answers were looked at
 */
record AverageTeacher(List<RunTeacher> members, AtomicBoolean looked) implements RunTeacher {

    AverageTeacher {
        if (members.isEmpty()) {
            throw new IllegalArgumentException(
                    "teachers must hold at least one teacher, but was empty");
        }
        for (int i = 1; i < members.size(); i++) {
            for (RunTeacher before : members.subList(0, i)) {
                ClassNameMatch.require(
                        "teacher " + before.name(),
                        before.classNames(),
                        "teacher " + members.get(i).name(),
                        members.get(i).classNames());
            }
        }
    }

    AverageTeacher(List<RunTeacher> members) {
        this(members, new AtomicBoolean());
    }

    @Override
    public NDArray logits(NDList inputs) {
        return logits(inputs, List.of());
    }

    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        NDManager manager = inputs.head().getManager();
        try (NDManager scratch = manager.newSubManager()) {
            NDList answers = new NDList(members.size());
            // Here, since nobody can tell what a member said from the mean.
            boolean first = !looked.getAndSet(true);
            for (RunTeacher member : members) {
                NDArray logits = AnswerCheck.of(member, inputs, keys);
                logits.attach(scratch);
                if (first) {
                    AnswerCheck.requireLogits(member, logits);
                }
                requireSameClasses(answers, logits, member);
                answers.add(logits.logSoftmax(1));
            }
            // log of the mean of exp(a), with the largest a taken out so that none underflows.
            NDArray stacked = NDArrays.stack(answers);
            NDArray highest = stacked.max(new int[] {0}, true);
            NDArray mean = stacked.sub(highest).exp().mean(new int[] {0}).log();
            NDArray result = mean.add(highest.squeeze(0));
            result.attach(manager);
            return result;
        }
    }

    private static void requireSameClasses(NDList answers, NDArray logits, RunTeacher member) {
        if (!answers.isEmpty() && !answers.head().getShape().equals(logits.getShape())) {
            throw new IllegalArgumentException(
                    "averaged teachers must have the same classes, but "
                            + member.name()
                            + " answered "
                            + logits.getShape()
                            + " and the first "
                            + answers.head().getShape());
        }
    }

    @Override
    public boolean needsKeys() {
        return members.stream().anyMatch(RunTeacher::needsKeys);
    }

    /** Those of the members that know some, which must know the same ones. */
    @Override
    public Optional<RecordedViews> recordedViews() {
        List<RecordedViews> known =
                members.stream().flatMap(m -> m.recordedViews().stream()).distinct().toList();
        if (known.size() > 1) {
            throw new IllegalArgumentException(
                    "averaged stores must be recordings of the same views, but were of "
                            + known.get(0)
                            + " and "
                            + known.get(1)
                            + "; record both teachers in one store");
        }
        return known.stream().findFirst();
    }

    @Override
    public List<String> classNames() {
        return members.stream()
                .map(RunTeacher::classNames)
                .filter(names -> !names.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    @Override
    public String name() {
        return members.stream()
                .map(RunTeacher::name)
                .collect(Collectors.joining(", ", "average(", ")"));
    }

    /** Batch statistics as soon as one member uses them: then answers depend on the batch. */
    @Override
    public TeacherMode mode() {
        return members.stream().anyMatch(m -> m.mode() == TeacherMode.BATCH_STATISTICS)
                ? TeacherMode.BATCH_STATISTICS
                : TeacherMode.EVALUATION;
    }

    @Override
    public ParameterList parameters() {
        ParameterList all = new ParameterList();
        for (int i = 0; i < members.size(); i++) {
            for (Pair<String, Parameter> pair : members.get(i).parameters()) {
                all.add(i + "." + pair.getKey(), pair.getValue());
            }
        }
        return all;
    }

    /** Over the members' digests; empty as soon as one of them does not tell. */
    @Override
    public String digest() {
        MessageDigest sha = Digests.sha256();
        for (RunTeacher member : members) {
            String digest = member.digest();
            if (digest.isEmpty()) {
                return "";
            }
            sha.update(digest.getBytes(StandardCharsets.US_ASCII));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** Those of each member under its number, as its parameters are named. */
    @Override
    public Map<String, Double> measures() {
        Map<String, Double> all = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            String prefix = i + ".";
            members.get(i).measures().forEach((name, value) -> all.put(prefix + name, value));
        }
        return all;
    }

    @Override
    public Optional<Normalization> normalization() {
        return members.stream().flatMap(m -> m.normalization().stream()).findFirst();
    }

    /** Each member lays out what it gets; channels-last if all of them want that. */
    @Override
    public ImageLayout layout() {
        return members.stream().allMatch(m -> m.layout() == ImageLayout.CHANNELS_LAST)
                ? ImageLayout.CHANNELS_LAST
                : ImageLayout.NCHW;
    }

    /** Each member renormalises for itself: they may have been trained differently. */
    @Override
    public RunTeacher forInputs(Normalization given) {
        return new AverageTeacher(members.stream().map(member -> member.forInputs(given)).toList());
    }

    @Override
    public RunTeacher onDevice(Device device, NDManager owner) {
        return new AverageTeacher(
                members.stream().map(member -> member.onDevice(device, owner)).toList());
    }
}

package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.ParameterList;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.labels.LabelFixtures;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.CompiledTeacher;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.teacher.TeacherMode;
import io.ssld.images.view.ViewSampler;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A teacher around another one passes on whatever that one says. Methods of {@link RunTeacher} have
 * defaults, so the compiler does not miss the one that a wrapper forgets, and a method that is
 * added later is forgotten by all of them.
 */
class WrappingTeachersTest {

    private static final int CLASSES = 2;
    private static final String DEFAULT = "default";

    /** What wrappers answer by themselves, and why. */
    private static final Map<String, String> OWN =
            Map.of(
                    "NamedTeacher.name", "it has its own",
                    "RenormalizingTeacher.normalization", "it takes what comes",
                    "RenormalizingTeacher.forInputs", "one affine map before the other",
                    "ReplayTeacher.recordedViews", "the store's views are the ones to show",
                    "ReplayTeacher.name", "the store's teacher is the one who said it");

    /** As above, of the wrapper whose network cannot be replaced by one that notes its calls. */
    private static final Map<String, String> OWN_OF_COMPILED =
            Map.of(
                    "measures", "what compiling showed; a network has none",
                    "forInputs", "renormalises before both ways",
                    "onDevice", "compiles copies of the network where that is needed");

    @TempDir private Path folder;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    /** The method that tells that it was reached. */
    private String asked = "";

    @AfterEach
    void tearDown() {
        manager.close();
    }

    private static final class Reached extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private RunTeacher inner() {
        return (RunTeacher)
                Proxy.newProxyInstance(
                        RunTeacher.class.getClassLoader(),
                        new Class<?>[] {RunTeacher.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals(asked)) {
                                throw new Reached();
                            }
                            return method.getName().equals("logits")
                                    ? manager.zeros(new Shape(1, CLASSES))
                                    : sensible(proxy, method.getName());
                        });
    }

    private static Object sensible(Object proxy, String method) {
        return switch (method) {
            case "needsKeys" -> false;
            case "recordedViews" -> Optional.empty();
            case "name", "digest", "toString" -> "inner";
            case "mode" -> TeacherMode.EVALUATION;
            case "parameters" -> new ParameterList();
            case "measures" -> Map.of();
            case "classNames" -> List.of();
            case "normalization" -> Optional.of(Normalization.HALF);
            case "layout" -> ImageLayout.NCHW;
            case "forInputs", "onDevice" -> proxy;
            default -> throw new IllegalStateException(DEFAULT + " answer of " + method);
        };
    }

    private Map<String, Function<RunTeacher, RunTeacher>> wrappers() throws Exception {
        SoftLabelStore store = store();
        return Map.of(
                "AverageTeacher",
                inner -> Teacher.average(List.of(inner)),
                "NamedTeacher",
                WrappingTeachersTest::renamed,
                "ProbabilityTeacher",
                Teacher::ofProbabilities,
                "RenormalizingTeacher",
                WrappingTeachersTest::renormalizing,
                "ReplayTeacher",
                inner -> ReplayTeacher.of(store).withFallback(inner),
                "InterruptibleTeacher",
                inner -> new InterruptibleTeacher(inner, new StopSignal()));
    }

    /** As the default makes one, around a teacher whose own answer would be itself. */
    private static RunTeacher renormalizing(RunTeacher inner) {
        RunTeacher declared =
                new RunTeacher() {
                    @Override
                    public NDArray logits(NDList inputs) {
                        return inner.logits(inputs);
                    }

                    @Override
                    public Optional<Normalization> normalization() {
                        return Optional.of(Normalization.HALF);
                    }
                };
        RunTeacher made = declared.forInputs(Normalization.IMAGENET);
        try {
            var constructor = made.getClass().getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return (RunTeacher)
                    constructor.newInstance(inner, Normalization.IMAGENET, Normalization.HALF);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private SoftLabelStore store() throws Exception {
        Path store = folder.resolve("store");
        if (!Files.exists(store)) {
            Teacher recorded =
                    inputs -> inputs.getManager().zeros(new Shape(inputs.head().size(0), CLASSES));
            LabelRecorder.builder()
                    .addTeacher(recorded)
                    .setViews(ViewSampler.builder().build())
                    .setViewCount(1)
                    .setSize(LabelFixtures.SIZE)
                    .build()
                    .record(LabelFixtures.images(folder.resolve("images"), 2, CLASSES), store);
        }
        return SoftLabelStore.open(store);
    }

    /** As the default makes one, around a teacher that could name itself otherwise. */
    private static RunTeacher renamed(RunTeacher inner) {
        RunTeacher made = ((RunTeacher) inputs -> inner.logits(inputs)).named("other");
        try {
            var constructor = made.getClass().getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            return (RunTeacher) constructor.newInstance(inner, "other");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** But {@code named}, which puts another wrapper around the wrapper. */
    private static List<Method> defaults() {
        return Arrays.stream(RunTeacher.class.getMethods())
                .filter(method -> method.isDefault() && !method.getName().equals("named"))
                .toList();
    }

    @Test
    void everyDefaultMethod_ofEveryWrapper_asksTheWrappedTeacher() throws Exception {
        Map<String, String> forgotten = new TreeMap<>();
        for (Map.Entry<String, Function<RunTeacher, RunTeacher>> each : wrappers().entrySet()) {
            for (Method method : defaults()) {
                asked = "";
                RunTeacher wrapper = each.getValue().apply(inner());
                assertThat(wrapper.getClass().getSimpleName()).isEqualTo(each.getKey());
                String name = each.getKey() + "." + method.getName();
                asked = method.getName();
                boolean own = OWN.containsKey(name);
                if (reached(wrapper, method) == own) {
                    forgotten.put(
                            name, own ? "said to answer by itself, but asks" : "answers by itself");
                }
            }
        }
        assertThat(forgotten).isEmpty();
    }

    private boolean reached(RunTeacher wrapper, Method method) throws IllegalAccessException {
        try {
            method.invoke(wrapper, arguments(method));
            return false;
        } catch (InvocationTargetException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof Reached) {
                    return true;
                }
            }
            throw new IllegalStateException(method.toString(), e.getCause());
        }
    }

    private Object[] arguments(Method method) {
        return Arrays.stream(method.getParameterTypes()).map(this::argument).toArray();
    }

    private Object argument(Class<?> type) {
        if (type == NDList.class) {
            return new NDList(manager.ones(new Shape(1, 3, 4, 4)));
        }
        if (type == List.class) {
            return List.of(new ViewKey(7, 0, Path.of("other.png")));
        }
        if (type == Normalization.class) {
            return Normalization.IMAGENET;
        }
        return type == Device.class ? Device.cpu() : manager;
    }

    /** A compiled teacher is around a network, which nothing can stand in for. */
    @Test
    void everyDefaultMethod_ofACompiledTeacher_answersAsTheNetwork() throws Exception {
        try (Model model = LabelFixtures.network(CLASSES, 1)) {
            NetworkTeacher network =
                    Teacher.of(model)
                            .named("somebody")
                            .withClassNames(List.of("a", "b"))
                            .withNormalization(Normalization.HALF)
                            .withLayout(ImageLayout.CHANNELS_LAST);
            List<String> compared = new ArrayList<>();
            try (CompiledTeacher compiled = network.compiled()) {
                for (Method method : defaults()) {
                    String name = method.getName();
                    if (!OWN_OF_COMPILED.containsKey(name) && !name.equals("logits")) {
                        compared.add(name);
                        assertThat(text(method.invoke(compiled)))
                                .as(name)
                                .isEqualTo(text(method.invoke(network)));
                    }
                }
            }
            assertThat(compared).hasSizeGreaterThan(7);
        }
    }

    private static String text(@Nullable Object answer) {
        return answer instanceof ParameterList list ? list.keys().toString() : "" + answer;
    }

    /** Whoever writes another wrapper adds it above. */
    @Test
    void everyTeacherThatHoldsATeacher_isTried() throws Exception {
        TreeSet<String> found = new TreeSet<>();
        Path classes = Path.of("target", "classes");
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = classes.relativize(file).toString().replace('/', '.');
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    Class<?> type =
                            Class.forName(
                                    name.substring(0, name.length() - ".class".length()),
                                    false,
                                    Teacher.class.getClassLoader());
                    if (Teacher.class.isAssignableFrom(type) && holdsATeacher(type)) {
                        found.add(type.getSimpleName());
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        TreeSet<String> tried = new TreeSet<>(wrappers().keySet());
        tried.add("CompiledTeacher");
        // Around one that tells its answers and its name alone, both of which it passes on.
        tried.add("FunctionTeacher");
        assertThat(found).isEqualTo(tried);
    }

    private static boolean holdsATeacher(Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())
                    && field.getGenericType().getTypeName().contains("Teacher")
                    && !field.getGenericType().getTypeName().contains("TeacherMode")
                    && !field.getGenericType().getTypeName().contains("TeacherPrecision")) {
                return true;
            }
        }
        return false;
    }
}

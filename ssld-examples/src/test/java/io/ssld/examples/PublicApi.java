package io.ssld.examples;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import io.ssld.base.internal.report.Provenance;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.finetuning.FineTuner;
import io.ssld.images.view.ViewSampler;
import io.ssld.selection.duplicates.MatchThresholds;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The public methods and constructors of a module, and arguments that they can be called with. */
final class PublicApi implements AutoCloseable {

    private static final int DEPTH = 4;

    /** Types whose static methods make objects of other types. */
    private static final List<Class<?>> FACTORIES =
            List.of(Provenance.class, Recipe.class, ViewSampler.class);

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Model model = Model.newInstance("model", "PyTorch");
    private final ImageList images;
    private final Path folder;
    private final Map<Class<?>, Optional<Object>> samples = new HashMap<>();

    PublicApi(Path folder) {
        this.folder = folder;
        images = new ImageList(folder, List.of(ImageEntry.unlabelled(Path.of("x.png"))));
        Block block = SmallModel.MOBILENET_X0_6.newBlock(3);
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, 28, 28));
        model.setBlock(block);
    }

    /** The public types of a module that are not internal, with those nested in them. */
    static List<Class<?>> types(String module) throws IOException {
        Path classes = Path.of("..", module, "target", "classes");
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> classes.relativize(file).toString())
                    .filter(name -> !name.endsWith("-info.class"))
                    .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                    .filter(name -> !name.contains(".internal."))
                    .sorted()
                    .<Class<?>>map(PublicApi::load)
                    .filter(PublicApi::isPublic)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static boolean isPublic(Class<?> type) {
        boolean open = Modifier.isPublic(type.getModifiers()) && !type.isAnonymousClass();
        Class<?> outer = type.getEnclosingClass();
        return open && (outer == null || isPublic(outer));
    }

    /**
     * What a type declares itself for everybody. What it overrides follows its parent's rules, and
     * default methods of interfaces are there to be overridden.
     */
    static List<Executable> executables(Class<?> type) {
        List<Executable> all = new ArrayList<>();
        if (!type.isEnum() && !Modifier.isAbstract(type.getModifiers())) {
            all.addAll(Arrays.asList(type.getConstructors()));
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean concrete = !Modifier.isAbstract(method.getModifiers());
            if (Modifier.isPublic(method.getModifiers())
                    && concrete
                    && !method.isDefault()
                    && !method.isSynthetic()
                    && !overrides(type, method)
                    && !(type.isEnum() && method.getName().equals("valueOf"))) {
                all.add(method);
            }
        }
        all.sort(Comparator.comparing(Executable::toString));
        return all;
    }

    private static boolean overrides(Class<?> type, Method method) {
        for (Class<?> parent = type.getSuperclass();
                parent != null;
                parent = parent.getSuperclass()) {
            if (declares(parent, method)) {
                return true;
            }
        }
        return interfaces(type).anyMatch(parent -> declares(parent, method));
    }

    private static Stream<Class<?>> interfaces(@Nullable Class<?> type) {
        if (type == null) {
            return Stream.empty();
        }
        return Stream.concat(
                Arrays.stream(type.getInterfaces())
                        .flatMap(each -> Stream.concat(Stream.of(each), interfaces(each))),
                interfaces(type.getSuperclass()));
    }

    private static boolean declares(Class<?> parent, Method method) {
        return Arrays.stream(parent.getDeclaredMethods())
                .anyMatch(
                        each ->
                                each.getName().equals(method.getName())
                                        && each.getParameterCount() == method.getParameterCount());
    }

    /** Whether null is a fault: no primitive, and not said to be nullable. */
    static boolean refusesNull(Executable executable, int parameter) {
        Class<?> type = executable.getParameterTypes()[parameter];
        return !type.isPrimitive()
                && !executable.getAnnotatedParameterTypes()[parameter].isAnnotationPresent(
                        Nullable.class)
                && !executable
                        .getParameters()[parameter]
                        .getAnnotatedType()
                        .isAnnotationPresent(Nullable.class);
    }

    /** Sensible arguments, or nothing if one cannot be made. */
    Optional<Object[]> arguments(Executable executable) {
        return arguments(executable, DEPTH);
    }

    private Optional<Object[]> arguments(Executable executable, int depth) {
        Object[] arguments = new Object[executable.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            Optional<Object> sample = sample(executable.getParameterTypes()[i], depth);
            if (sample.isEmpty()) {
                return Optional.empty();
            }
            arguments[i] = sample.get();
        }
        return Optional.of(arguments);
    }

    /** An object of a type. */
    Optional<Object> sample(Class<?> type) {
        return sample(type, DEPTH);
    }

    private Optional<Object> sample(Class<?> type, int depth) {
        Object known = known(type);
        if (known != null) {
            return Optional.of(known);
        }
        if (depth == 0) {
            return Optional.empty();
        }
        Optional<Object> kept = samples.get(type);
        if (kept == null) {
            kept = make(type, depth - 1);
            if (kept.isPresent() || depth == DEPTH) {
                samples.put(type, kept);
            }
        }
        return kept;
    }

    private @Nullable Object known(Class<?> type) {
        List<Object> all =
                Arrays.asList(
                        manager,
                        model,
                        model.getBlock(),
                        "x",
                        folder,
                        List.of(),
                        Set.of(),
                        Map.of(),
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalLong.empty(),
                        OptionalDouble.empty(),
                        Duration.ofSeconds(1),
                        Instant.EPOCH,
                        URI.create("file:///x"),
                        DataType.FLOAT32,
                        Device.cpu(),
                        Loss.l2Loss(),
                        new Shape(1, 3),
                        new NDList(),
                        new ParameterStore(manager, false),
                        ByteBuffer.allocate(4),
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        1,
                        1L,
                        0.5,
                        0.5f,
                        (byte) 1,
                        (short) 1,
                        'x',
                        true,
                        String.class,
                        Recipe.ssld().build(),
                        SmallModel.MOBILENET_X0_6,
                        SmallModel.MOBILENET_X0_6.preprocessing(),
                        Normalization.IMAGENET,
                        MatchThresholds.DEFAULT,
                        Teacher.of(model),
                        images,
                        FineTuner.builder());
        if (type == NDArray.class) {
            return manager.ones(new Shape(1, 3));
        }
        Class<?> boxed =
                type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0).getClass() : type;
        if (boxed == Object.class || boxed == Comparable.class) {
            return "x";
        }
        boolean known = !boxed.isArray() && !boxed.isEnum();
        for (Object each : known ? all : List.of()) {
            if (boxed.isInstance(each)
                    && (!boxed.isInterface()
                            || boxed.getName().startsWith("java.util.")
                            || boxed.getName().startsWith("java.nio.")
                            || boxed.getName().startsWith("ai.djl.")
                            || boxed == CharSequence.class
                            || boxed == Iterable.class
                            || boxed == Collection.class)) {
                return each;
            }
        }
        return null;
    }

    private Optional<Object> make(Class<?> type, int depth) {
        if (type.isEnum()) {
            return Optional.of(type.getEnumConstants()[0]);
        }
        if (type.isArray()) {
            return Optional.of(Array.newInstance(type.getComponentType(), 0));
        }
        List<Executable> ways = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(method.getModifiers())
                    && type.isAssignableFrom(method.getReturnType())) {
                ways.add(method);
            }
        }
        if (!Modifier.isAbstract(type.getModifiers())) {
            ways.addAll(Arrays.asList(type.getConstructors()));
        }
        // A builder is made by the type around it.
        Class<?> outer = type.getEnclosingClass();
        if (outer != null) {
            for (Method method : outer.getDeclaredMethods()) {
                if (Modifier.isStatic(method.getModifiers())
                        && Modifier.isPublic(method.getModifiers())
                        && method.getReturnType() == type) {
                    ways.add(method);
                }
            }
        }
        ways.sort(Comparator.comparingInt(Executable::getParameterCount));
        Optional<Object> constant = constant(type);
        if (constant.isPresent()) {
            return constant;
        }
        // What another type makes, such as Teacher.of a NetworkTeacher.
        for (Class<?> other : FACTORIES) {
            for (Method method : other == outer || other == type ? new Method[0] : methods(other)) {
                if (method.getReturnType() == type) {
                    ways.add(method);
                }
            }
        }
        for (Executable way : ways) {
            Optional<Object> made =
                    arguments(way, depth).flatMap(arguments -> invoke(way, null, arguments));
            if (made.isPresent()) {
                return made;
            }
        }
        if (type.isInterface() && !type.isSealed()) {
            return Optional.of(
                    Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (proxy, method, arguments) -> answer(type, method.getReturnType())));
        }
        Class<?>[] permitted = type.isSealed() ? type.getPermittedSubclasses() : new Class<?>[0];
        for (Class<?> each : permitted) {
            Optional<Object> made = sample(each, depth);
            if (made.isPresent()) {
                return made;
            }
        }
        return Optional.empty();
    }

    private static Method[] methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .sorted(Comparator.comparing(Method::toString))
                .toArray(Method[]::new);
    }

    private static Optional<Object> constant(Class<?> type) {
        try {
            for (Field field : type.getDeclaredFields()) {
                int modifiers = field.getModifiers();
                if (Modifier.isStatic(modifiers)
                        && Modifier.isPublic(modifiers)
                        && field.getType() == type) {
                    return Optional.of(field.get(null));
                }
            }
            return Optional.empty();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Object answer(Class<?> proxied, Class<?> wanted) {
        if (wanted == String.class) {
            return proxied.getSimpleName();
        }
        return wanted.isPrimitive() && wanted != void.class
                ? Array.get(Array.newInstance(wanted, 1), 0)
                : null;
    }

    private static Optional<Object> invoke(
            Executable way, @Nullable Object target, Object[] arguments) {
        try {
            way.setAccessible(true);
            return Optional.ofNullable(
                    way instanceof Constructor<?> constructor
                            ? constructor.newInstance(arguments)
                            : ((Method) way).invoke(target, arguments));
        } catch (ReflectiveOperationException | RuntimeException e) {
            // This way does not work with such arguments; another one may.
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }
}

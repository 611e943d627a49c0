package io.ssld.examples;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * DJL's default engine is whichever the class path has first or a property names, and arrays of two
 * engines do not meet: so no main code may ask for it. Looked for in what is compiled.
 */
class DefaultEngineTest {

    /** What computes with the default engine where no engine is given. */
    private static final List<String> DEFAULTS =
            List.of(
                    "ai/djl/ndarray/NDManager.newBaseManager()",
                    "ai/djl/ndarray/NDManager.newBaseManager(Lai/djl/Device;)",
                    "ai/djl/engine/Engine.getInstance()",
                    "ai/djl/engine/Engine.getDefaultEngineName()",
                    "ai/djl/Device.fromName(Ljava/lang/String;)",
                    "ai/djl/Model.newInstance(Ljava/lang/String;)",
                    "ai/djl/Model.newInstance(Ljava/lang/String;Lai/djl/Device;)");

    /** The one place that may, where PyTorch is not on the class path. */
    private static final String ALLOWED = "Engines.class";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssld-base",
                "ssld-images",
                "ssld-engine",
                "ssld-weights",
                "ssld-losses",
                "ssld-core",
                "ssld-zoo",
                "ssld-selection",
                "ssld-finetuning",
                "ssld-cli",
                "ssld-examples"
            })
    void mainClasses_everyCall_namesItsEngine(String module) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of("..", module, "target", "classes"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                if (file.endsWith(ALLOWED)) {
                    continue;
                }
                try (InputStream in = Files.newInputStream(file)) {
                    found.addAll(defaults(in).stream().map(call -> file + ": " + call).toList());
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void defaults_classesThatAsk_found() throws IOException {
        assertThat(defaults(open(Asking.class)))
                .containsExactlyInAnyOrder(
                        "ai/djl/ndarray/NDManager.newBaseManager()",
                        "ai/djl/Model.newInstance(Ljava/lang/String;)");
        assertThat(defaults(open(PublicApi.class))).isEmpty();
    }

    /** Never run. */
    private static final class Asking {

        @SuppressWarnings("UnusedMethod") // its bytes are read
        static List<AutoCloseable> ask() {
            return List.of(NDManager.newBaseManager(), Model.newInstance("model"));
        }
    }

    private static InputStream open(Class<?> type) {
        String name = type.getName();
        InputStream in =
                type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class");
        return in == null ? new ByteArrayInputStream(new byte[0]) : in;
    }

    /** The methods of {@link #DEFAULTS} in the constant pool of a class. */
    private static List<String> defaults(InputStream classFile) throws IOException {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(classFile.readAllBytes()));
        in.skipNBytes(8);
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        int[][] pairs = new int[count][2];
        List<Integer> methods = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 3, 4 -> in.skipNBytes(4);
                case 5, 6 -> {
                    in.skipNBytes(8);
                    i++;
                }
                case 7, 8, 16, 19, 20 -> pairs[i][0] = in.readUnsignedShort();
                case 9, 10, 11, 12, 17, 18 -> {
                    pairs[i] = new int[] {in.readUnsignedShort(), in.readUnsignedShort()};
                    if (tag == 10 || tag == 11) {
                        methods.add(i);
                    }
                }
                case 15 -> in.skipNBytes(3);
                default -> throw new IOException("constant " + i + " has tag " + tag);
            }
        }
        List<String> found = new ArrayList<>();
        for (int method : methods) {
            String owner = texts[pairs[pairs[method][0]][0]];
            int[] called = pairs[pairs[method][1]];
            String signature = owner + '.' + texts[called[0]] + texts[called[1]];
            DEFAULTS.stream().filter(signature::startsWith).forEach(found::add);
        }
        return found;
    }
}

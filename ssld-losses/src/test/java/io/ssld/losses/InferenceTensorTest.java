package io.ssld.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a TorchScript teacher returns takes part in no product that is differentiated, until it has
 * passed through another operation. The loss must see to that.
 */
class InferenceTensorTest {

    /** Pickle, protocol 2: an object of class M with training = False. */
    private static final String PICKLED_MODULE =
            "\u0080\u0002c__torch__\nM\n)\u0081}(X\b\0\0\0training\u0089ub.";

    private static final String PICKLED_EMPTY_TUPLE = "\u0080\u0002).";

    @TempDir Path folder;

    @Test
    void product_withRawTeacherOutput_refusedByTheEngine() throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = teacher()) {
            NDArray student = manager.create(Batches.STUDENT);
            NDArray raw = answer(model, manager, DataType.FLOAT64);
            student.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                assertThatThrownBy(() -> collector.backward(student.mul(raw).sum()))
                        .isInstanceOf(EngineException.class)
                        .hasMessageContaining("Inference tensors cannot be saved for backward");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void backward_rawTeacherOutput_gradientOfTheReference(Kind kind) throws Exception {
        try (NDManager manager = NDManager.newBaseManager();
                Model model = teacher()) {
            double[][] expected =
                    Reference.gradient(
                            s -> Reference.mean(kind.reference, s, Batches.TEACHER, 1),
                            Batches.STUDENT.clone());
            for (DataType type : List.of(DataType.FLOAT64, DataType.FLOAT16)) {
                NDArray student = manager.create(Batches.STUDENT);
                NDArray raw = answer(model, manager, type);
                double precision = type == DataType.FLOAT16 ? 1e-3 : 1e-7;
                assertThat(Batches.gradient(kind.loss(), student, raw).toDoubleArray())
                        .as("teacher in %s", type)
                        .containsExactly(Batches.flat(expected), within(precision));
            }
        }
    }

    private static NDArray answer(Model model, NDManager manager, DataType type) {
        NDList input = new NDList(Batches.array(manager, Batches.TEACHER, type));
        ParameterStore parameters = new ParameterStore(manager, false);
        return model.getBlock().forward(parameters, input, false).singletonOrThrow();
    }

    /** A TorchScript module without weights that returns its input times one. */
    private Model teacher() throws Exception {
        Path file = folder.resolve("teacher.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            store(zip, "data.pkl", bytes(PICKLED_MODULE));
            store(
                    zip,
                    "code/__torch__.py",
                    bytes(
                            """
                            class M(Module):
                              __parameters__ = []
                              __buffers__ = []
                              training : bool
                              def forward(self: __torch__.M, x: Tensor) -> Tensor:
                                return torch.mul(x, 1)
                            """));
            store(zip, "constants.pkl", bytes(PICKLED_EMPTY_TUPLE));
            store(zip, "version", bytes("3\n"));
        }
        Model model = Model.newInstance("teacher", "PyTorch");
        model.load(folder, "teacher");
        return model;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** TorchScript archives are not compressed. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry("teacher/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}

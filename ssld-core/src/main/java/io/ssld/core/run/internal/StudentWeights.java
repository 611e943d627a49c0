package io.ssld.core.run.internal;

import ai.djl.Model;
import io.ssld.engine.internal.ScriptModule;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Saves what was trained, and nothing of the teacher. */
final class StudentWeights {

    /** What {@link Files#createTempDirectory} makes of the names that are saved. */
    private static final Pattern LEFT = Pattern.compile("\\.(student|student-raw|best)\\d+");

    private StudentWeights() {}

    /**
     * Saves as DJL saves a model, so that {@code Model.load} reads it. Written beside and moved: a
     * reader sees the old weights or the new ones. A TorchScript module is saved whole, as the
     * {@code .pt} file that DJL loads, in the format of {@code torch.jit.save}.
     *
     * @param student the network
     * @param folder where
     * @param name of the file, before {@code -0000.params} or {@code .pt}
     */
    static void save(Student student, Path folder, String name) throws IOException {
        String engine = student.manager().getEngine().getEngineName();
        Path beside = Files.createTempDirectory(folder, "." + name);
        // A model of its own: closing it frees neither the block nor the student's manager.
        try (Model model = Model.newInstance(name, engine)) {
            if (ScriptModule.is(student.block())) {
                try (OutputStream out = Files.newOutputStream(beside.resolve(name + ".pt"))) {
                    ScriptModule.write(student.block(), out);
                }
            } else {
                model.setBlock(student.block());
                model.save(beside, name);
            }
            for (Path file : files(beside)) {
                Files.move(
                        file,
                        folder.resolve(file.getFileName()),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            for (Path left : files(beside)) {
                Files.delete(left);
            }
            Files.delete(beside);
        }
    }

    /** Tells whether a folder is one that a killed process saved into. */
    static boolean isLeft(Path folder) {
        return LEFT.matcher(String.valueOf(folder.getFileName())).matches();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }
}

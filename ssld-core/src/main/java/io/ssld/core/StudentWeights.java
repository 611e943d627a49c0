package io.ssld.core;

import ai.djl.Model;
import java.io.IOException;
import java.nio.file.Path;

/** Saves what was trained, and nothing of the teacher. */
final class StudentWeights {

    private StudentWeights() {}

    /**
     * Saves as DJL saves a model, so that {@code Model.load} reads it.
     *
     * @param student the network
     * @param folder where
     * @param name of the file, before {@code -0000.params}
     */
    static void save(Student student, Path folder, String name) throws IOException {
        String engine = student.manager().getEngine().getEngineName();
        // A model of its own: closing it frees neither the block nor the student's manager.
        try (Model model = Model.newInstance(name, engine)) {
            model.setBlock(student.block());
            model.save(folder, name);
        }
    }
}

package io.ssld.core.labels;

import ai.djl.Model;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import java.nio.file.Path;

/** A recording in a process of its own, to be killed by {@link LabelKillTest}. */
final class KilledRecording {

    private KilledRecording() {}

    /**
     * Records, or goes on recording.
     *
     * @param args the folder of list and images, and the store
     */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        ImageList images = ImageList.read(folder.resolve("list.txt"), folder.resolve("images"));
        int[] batch = {0};
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelFixtures.recorder(6)
                    .addTeacher(Teacher.of(model))
                    .optTopK(3)
                    .optSegmentImages(16)
                    .addListener(progress -> System.out.println("batch " + ++batch[0]))
                    .build()
                    .record(images, Path.of(args[1]));
        }
    }
}

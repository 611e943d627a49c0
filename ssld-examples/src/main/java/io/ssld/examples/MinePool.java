package io.ssld.examples;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import io.ssld.selection.KeptImages;
import io.ssld.selection.SoftLabeler;
import io.ssld.selection.TopKPerClass;
import io.ssld.selection.TrainingList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.SelectionReport;
import io.ssld.weights.SsldWeights;
import io.ssld.zoo.djl.SavedModel;
import java.nio.file.Path;
import java.util.List;

/** Finds in a pool what is worth learning from: no copies, and the surest images of each class. */
public final class MinePool {

    private MinePool() {}

    /** TEACHER is the folder of a saved model; K images of each class are kept. */
    public static void main(String[] args) throws Exception {
        if (args.length != 6) {
            throw new IllegalArgumentException("give TEACHER POOL LABELLED VALIDATION OUT K");
        }
        ImageList pool = ImageList.ofFolder(Path.of(args[1])).unlabelled();
        ImageList labelled = ImageList.ofFolder(Path.of(args[2]));
        ImageList validation = ImageList.ofFolder(Path.of(args[3]));
        Path out = Path.of(args[4]);
        DuplicateResult found = NearDuplicateFinder.against(validation).build().find(pool);
        SelectionReport.builder().setResult(found).build().writeTo(out.resolve("copies"));
        ImageList unseen = NearDuplicateFinder.within().build().find(found.kept()).kept();
        SavedModel saved = SavedModel.read(Path.of(args[0]));
        int size = saved.preprocessing().crop();
        try (Model teacher = Model.newInstance("teacher", "PyTorch")) {
            teacher.setBlock(saved.newBlock());
            Shape shape = new Shape(1, 3, size, size);
            SsldWeights.of(SavedModel.readWeights(Path.of(args[0])))
                    .initialize(teacher.getBlock(), teacher.getNDManager(), shape);
            SoftLabeler.builder()
                    .addTeacher(Teacher.of(teacher).withClassNames(saved.classNames()))
                    .setSize(size)
                    .build()
                    .label(unseen, out.resolve("labels.tsv"));
        }
        TopKPerClass rule = TopKPerClass.builder().setK(Integer.parseInt(args[5])).build();
        try (KeptImages kept = rule.select(List.of(out.resolve("labels.tsv")))) {
            kept.writeList(out.resolve("mined.txt"), pool.root());
        }
        ImageList mined = ImageList.read(out.resolve("mined.txt"), out);
        var lists = TrainingList.builder().setLabelled(labelled).addMined(mined);
        lists.optValidation(validation).build().merge().images().write(out.resolve("train.txt"));
    }
}

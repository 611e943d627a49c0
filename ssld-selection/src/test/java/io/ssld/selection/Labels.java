package io.ssld.selection;

import io.ssld.base.internal.CounterRandom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Soft labels made up. */
final class Labels {

    private Labels() {}

    static LabelFacts facts(int classes, int topK) {
        return new LabelFacts(classes, topK, "teacher", "ab12", "short side 8, centre 8x8");
    }

    /** A row from class, probability, class, probability, ... */
    static SoftLabel row(long digest, String path, double... scores) {
        List<ClassScore> list = new ArrayList<>();
        for (int i = 0; i < scores.length; i += 2) {
            list.add(new ClassScore((int) scores[i], (float) scores[i + 1]));
        }
        return new SoftLabel(digest, path, list);
    }

    /** Random rows with many equal scores and some equal digests, never an equal path. */
    static List<SoftLabel> random(int rows, int classes, int topK, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        List<SoftLabel> labels = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int[] order = random.permutation(classes);
            List<ClassScore> scores = new ArrayList<>();
            int score = 10;
            for (int j = 0; j < topK; j++) {
                scores.add(new ClassScore(order[j], score / 10f));
                score = random.nextInt(score);
                if (score == 0) {
                    score = 1;
                }
            }
            scores.sort(
                    (a, b) ->
                            a.probability() != b.probability()
                                    ? Float.compare(b.probability(), a.probability())
                                    : Integer.compare(a.classNumber(), b.classNumber()));
            long digest = random.nextInt(4) == 0 ? random.nextInt(5) - 2 : random.nextLong();
            labels.add(new SoftLabel(digest, "im\u00e4ge/" + i + ".jpg", scores));
        }
        return labels;
    }

    /** Spreads rows at random over tables, in random order. */
    static List<Path> scatter(
            List<SoftLabel> rows, LabelFacts facts, int tables, Path folder, long seed)
            throws IOException {
        Random random = new Random(seed);
        List<List<SoftLabel>> parts = new ArrayList<>();
        for (int i = 0; i < tables; i++) {
            parts.add(new ArrayList<>());
        }
        List<SoftLabel> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, random);
        shuffled.forEach(row -> parts.get(random.nextInt(tables)).add(row));
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < tables; i++) {
            Path file = folder.resolve("table-" + seed + "-" + i + ".tsv");
            SoftLabelTable.write(file, facts, parts.get(i).iterator());
            files.add(file);
        }
        return files;
    }
}

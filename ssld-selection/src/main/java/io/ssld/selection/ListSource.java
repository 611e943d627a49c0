package io.ssld.selection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows in memory; a place is the number of the row. */
record ListSource(LabelFacts facts, List<SoftLabel> rows) implements LabelSource {

    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (int i = 0; i < rows.size(); i++) {
            SoftLabel row = rows.get(i);
            visitor.visit(i, row.digest(), new ScoresOf(row.scores()));
        }
    }

    private record ScoresOf(List<ClassScore> list) implements Scores {

        @Override
        public int classAt(int rank) {
            return list.get(rank).classNumber();
        }

        @Override
        public float probabilityAt(int rank) {
            return list.get(rank).probability();
        }
    }

    @Override
    public String path(long place) {
        return rows.get((int) place).path();
    }

    @Override
    public @Nullable Path table(long place) {
        return null;
    }

    @Override
    public String line(long place) {
        return RowText.format(rows.get((int) place));
    }

    @Override
    public void close() {}
}

package io.ssld.selection;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Rows that are looked at in order once, and then some of them again by their place. */
interface LabelSource extends AutoCloseable {

    /** Looks at one row. */
    interface Visitor {

        /**
         * Looks at a row.
         *
         * @param place where it is, for {@link #line}
         * @param digest of the content
         * @param scores its likeliest classes
         */
        void visit(long place, long digest, Scores scores) throws IOException;
    }

    /** The likeliest classes of a row, likeliest first; valid during a visit. */
    interface Scores {

        int classAt(int rank);

        float probabilityAt(int rank);
    }

    LabelFacts facts();

    void forEach(Visitor visitor) throws IOException;

    /** The path of the row at a place. */
    String path(long place) throws IOException;

    /** The table that holds the row at a place; null if there is no file. */
    @Nullable Path table(long place);

    /** The text of the row at a place. */
    String line(long place) throws IOException;

    @Override
    void close() throws IOException;
}

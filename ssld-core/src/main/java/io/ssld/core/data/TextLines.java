package io.ssld.core.data;

import io.ssld.base.internal.AtomicFiles;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/** Text files of many lines, there whole or not at all. */
final class TextLines {

    private TextLines() {}

    /** Writes lines as UTF-8, each ended by a line feed on every system. */
    static void write(Path file, Stream<String> lines) throws IOException {
        AtomicFiles.write(
                file,
                out -> {
                    // The encoder, not the charset: that would write '?' for what it cannot encode.
                    Writer writer =
                            new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder());
                    for (Iterator<String> i = lines.iterator(); i.hasNext(); ) {
                        writer.write(i.next());
                        writer.write('\n');
                    }
                    writer.flush();
                });
    }
}

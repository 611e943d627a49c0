package io.ssld.selection;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of several tables. A place is the number of the table and the offset in it, so that what
 * is kept of ten million rows is a number each and not a path.
 */
final class TableSource implements LabelSource {

    private static final int OFFSET_BITS = 44;
    private static final int MOST_TABLES = 1 << (63 - OFFSET_BITS);

    private final List<Path> files;
    private final LabelFacts facts;
    private final List<FileChannel> channels = new ArrayList<>();
    private ByteBuffer buffer = ByteBuffer.allocate(512);

    TableSource(List<Path> files) throws IOException {
        if (files.isEmpty() || files.size() > MOST_TABLES) {
            throw new IllegalArgumentException(
                    "tables must be 1 to " + MOST_TABLES + ", but were " + files.size());
        }
        this.files = List.copyOf(files);
        facts = SoftLabelTable.open(files.get(0)).facts();
        for (Path file : files) {
            List<String> differences = facts.differences(SoftLabelTable.open(file).facts());
            if (!differences.isEmpty()) {
                throw new IOException(
                        "tables must be of one teacher and one view, but "
                                + files.get(0)
                                + " and "
                                + file
                                + " differ in "
                                + String.join(", ", differences)
                                + "; label both pools alike");
            }
        }
        try {
            for (Path file : files) {
                channels.add(FileChannel.open(file, StandardOpenOption.READ));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public LabelFacts facts() {
        return facts;
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (int table = 0; table < files.size(); table++) {
            long tableBits = (long) table << OFFSET_BITS;
            try (RowScanner scanner = new RowScanner(files.get(table))) {
                while (scanner.next()) {
                    visitor.visit(tableBits | scanner.place(), scanner.digest(), scanner);
                }
            }
        }
    }

    @Override
    public String path(long place) throws IOException {
        String line = line(place);
        int from = line.indexOf('\t') + 1;
        return RowText.unescape(line.substring(from, line.indexOf('\t', from)));
    }

    @Override
    public Path table(long place) {
        return files.get((int) (place >>> OFFSET_BITS));
    }

    @Override
    public String line(long place) throws IOException {
        int table = (int) (place >>> OFFSET_BITS);
        FileChannel channel = channels.get(table);
        long offset = place & ((1L << OFFSET_BITS) - 1);
        buffer.clear();
        int seen = 0;
        while (true) {
            int read = channel.read(buffer, offset + buffer.position());
            if (read < 0) {
                throw new EOFException(
                        files.get(table) + " must stay as it is while it is read, but was cut");
            }
            for (; seen < buffer.position(); seen++) {
                if (buffer.get(seen) == '\n') {
                    int length = seen > 0 && buffer.get(seen - 1) == '\r' ? seen - 1 : seen;
                    return new String(buffer.array(), 0, length, StandardCharsets.UTF_8);
                }
            }
            if (!buffer.hasRemaining()) {
                buffer = ByteBuffer.allocate(2 * seen).put(buffer.flip());
            }
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (FileChannel channel : channels) {
            try {
                channel.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

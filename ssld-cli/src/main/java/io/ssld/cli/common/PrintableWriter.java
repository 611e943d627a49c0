package io.ssld.cli.common;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/**
 * What a command prints, with control characters shown, whichever name they came with. In JSON they
 * are the same characters still.
 */
public final class PrintableWriter extends FilterWriter {

    public PrintableWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int c) throws IOException {
        out.write(Printable.lines(String.valueOf((char) c)));
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        out.write(Printable.lines(new String(text, from, length)));
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        out.write(Printable.lines(text.substring(from, from + length)));
    }
}

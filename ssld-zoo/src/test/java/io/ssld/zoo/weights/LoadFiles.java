package io.ssld.zoo.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A program that loads each file it is given, and tells how that went in one line: milliseconds,
 * the name of the file, and {@code loaded} or the exception.
 */
final class LoadFiles {

    private LoadFiles() {}

    public static void main(String[] files) {
        for (String file : files) {
            long begin = System.nanoTime();
            String outcome = load(Path.of(file));
            long millis = (System.nanoTime() - begin) / 1_000_000;
            System.out.println(millis + "\t" + Path.of(file).getFileName() + "\t" + outcome);
        }
        System.out.println(ProcessHandle.current().children().count() + "\tchildren");
    }

    private static String load(Path file) {
        try {
            PdParams.read(file);
            return "loaded";
        } catch (IOException e) {
            return e.toString();
        }
    }
}

package io.ssld.core.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What reading a folder left out, so that it can be told: hidden and system files and folders,
 * links that lead back to what was read, links that lead nowhere. Images that are missing are no
 * part of it; they are in the list.
 */
public final class LeftOut implements ImageWalk.Listener {

    private static final int SHOWN = 3;

    private final TreeMap<String, Integer> hidden = new TreeMap<>();
    private final List<QuarantinedImage> links = new ArrayList<>();

    /** Creates a report of nothing. */
    public LeftOut() {}

    @Override
    public void onHidden(Path path) {
        hidden.merge(String.valueOf(path.getFileName()), 1, Integer::sum);
    }

    @Override
    public void onLink(Path link, String reason) {
        links.add(new QuarantinedImage(link, reason));
    }

    /** Half a folder is no list. */
    @Override
    public void onUnreadable(Path folder, IOException fault) {
        throw new UncheckedIOException(fault);
    }

    /**
     * Returns how many hidden and system files and folders were left out; a folder counts once.
     *
     * @return the number
     */
    public int hidden() {
        return hidden.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Returns the links that were left out.
     *
     * @return each with what it leads to, in the order of the walk
     */
    public List<QuarantinedImage> links() {
        return List.copyOf(links);
    }

    /**
     * Says it in words.
     *
     * @return one sentence, or {@code null} if nothing was left out
     */
    public @Nullable String inWords() {
        List<String> parts = new ArrayList<>();
        if (!hidden.isEmpty()) {
            parts.add(
                    hidden()
                            + " hidden or system files and folders ("
                            + String.join(", ", hidden.keySet().stream().limit(SHOWN).toList())
                            + (hidden.size() > SHOWN ? ", ...)" : ")"));
        }
        if (!links.isEmpty()) {
            QuarantinedImage first = links.get(0);
            parts.add(
                    links.size()
                            + (links.size() == 1 ? " link (" : " links (the first: ")
                            + first.path()
                            + " "
                            + first.reason()
                            + ")");
        }
        return parts.isEmpty() ? null : "left out " + String.join(" and ", parts);
    }
}

package io.ssld.core.data;

import io.ssld.base.internal.CounterRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Splits a list so that each class gives its share. */
final class StratifiedSplit {

    private StratifiedSplit() {}

    static ImageList.Split of(ImageList list, int count, long seed) {
        Map<Integer, List<Integer>> places = new TreeMap<>();
        List<ImageEntry> entries = list.entries();
        for (int i = 0; i < entries.size(); i++) {
            places.computeIfAbsent(entries.get(i).label(), label -> new ArrayList<>()).add(i);
        }
        BitSet chosen = new BitSet(entries.size());
        Map<Integer, Integer> quotas = quotas(places, entries.size(), count);
        places.forEach(
                (label, members) -> {
                    int[] order = CounterRandom.of(seed, label).permutation(members.size());
                    for (int i = 0; i < quotas.getOrDefault(label, 0); i++) {
                        chosen.set(members.get(order[i]));
                    }
                });
        List<ImageEntry> part = new ArrayList<>(count);
        List<ImageEntry> rest = new ArrayList<>(entries.size() - count);
        for (int i = 0; i < entries.size(); i++) {
            (chosen.get(i) ? part : rest).add(entries.get(i));
        }
        return new ImageList.Split(
                new ImageList(list.root(), part, list.classNames()),
                new ImageList(list.root(), rest, list.classNames()));
    }

    /**
     * Largest remainders: each class gets its share rounded down, and what is left over goes to the
     * classes that lost most by it, the lower label first.
     */
    private static Map<Integer, Integer> quotas(
            Map<Integer, List<Integer>> places, long total, long count) {
        Map<Integer, Integer> quotas = new TreeMap<>();
        List<Share> shares = new ArrayList<>();
        long left = count;
        for (Map.Entry<Integer, List<Integer>> group : places.entrySet()) {
            long exact = group.getValue().size() * count;
            quotas.put(group.getKey(), (int) (exact / total));
            shares.add(new Share(group.getKey(), exact % total));
            left -= exact / total;
        }
        // A stable sort: equal remainders stay in label order.
        shares.sort(Comparator.comparingLong(Share::remainder).reversed());
        for (Share share : shares.subList(0, (int) left)) {
            quotas.merge(share.label(), 1, Integer::sum);
        }
        return quotas;
    }

    private record Share(int label, long remainder) {}
}

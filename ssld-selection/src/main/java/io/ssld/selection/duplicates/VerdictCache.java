package io.ssld.selection.duplicates;

import io.ssld.base.internal.Digests;
import io.ssld.selection.duplicates.DescriptorCache.CacheException;
import io.ssld.selection.duplicates.PairVerifier.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.opencv.core.Core;

/**
 * What verification found about images, in a file beside a {@link DescriptorCache} that only grows.
 *
 * <p>A record is found by SHA-256 over all that decides: the file's digest, those of the candidates
 * in order and whether they are mirrored, the thresholds, the rules and OpenCV's version. So no
 * record is ever out of date, and none has to be removed. A record is that key, a length, the
 * numbers and a checksum; part of one at the end is cut off, a damaged one is verified again.
 *
 * <p>Belongs to the process that has the descriptor cache open. Without a file it remembers
 * nothing. Threads may share a cache.
 */
final class VerdictCache implements AutoCloseable {

    private static final int KEY = 32;
    private static final int HEAD = KEY + Integer.BYTES;
    private static final int LONGEST = 1 << 16;

    private final @Nullable FileChannel channel;
    private final Path file;
    private final Map<String, Long> places = new HashMap<>();

    private VerdictCache(Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * What verifying the candidates of an image came to.
     *
     * @param pairs how many were verified
     * @param candidate the place of the one that decided, -1 if all differ from the image
     * @param outcome what was found about it, null if all differ
     */
    record Decision(int pairs, int candidate, @Nullable Outcome outcome) {}

    static VerdictCache none() {
        return new VerdictCache(Path.of("none"), null);
    }

    /** The file beside a descriptor cache. */
    static Path beside(Path descriptors) {
        return descriptors.resolveSibling(descriptors.getFileName() + ".verdicts");
    }

    /** Opens a cache, or starts it. */
    static VerdictCache open(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        try {
            VerdictCache cache = new VerdictCache(file, channel);
            cache.readPlaces(channel);
            return cache;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void readPlaces(FileChannel open) throws IOException {
        long place = 0;
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        while (place + HEAD <= open.size()) {
            DescriptorCache.readFully(open, head.clear(), place);
            int length = head.getInt(KEY);
            long next = place + HEAD + length + Integer.BYTES;
            if (length < 0 || length > LONGEST || next > open.size()) {
                break;
            }
            places.put(HexFormat.of().formatHex(head.array(), 0, KEY), place);
            place = next;
        }
        open.truncate(place);
    }

    /** The key of a verification. */
    static String key(MatchThresholds thresholds, String image, List<String> candidates) {
        MessageDigest sha = Digests.sha256();
        List<String> parts =
                new ArrayList<>(
                        List.of(Core.VERSION, PairVerifier.RULES, thresholds.toString(), image));
        parts.addAll(candidates);
        sha.update(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(sha.digest());
    }

    synchronized int size() {
        return places.size();
    }

    synchronized @Nullable Decision get(String key) throws CacheException {
        Long place = places.get(key);
        if (place == null || channel == null) {
            return null;
        }
        try {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            DescriptorCache.readFully(channel, head, place);
            ByteBuffer record = ByteBuffer.allocate(HEAD + head.getInt(KEY) + Integer.BYTES);
            DescriptorCache.readFully(channel, record, place);
            int end = record.capacity() - Integer.BYTES;
            return DescriptorCache.checksum(record.array(), end) == record.getInt(end)
                    ? read(record.array(), end)
                    : null;
        } catch (IOException e) {
            throw new CacheException("cache must be readable, but " + file + " was not: " + e, e);
        }
    }

    synchronized void put(String key, Decision decision) throws CacheException {
        if (channel == null) {
            return;
        }
        try {
            byte[] numbers = write(decision);
            ByteBuffer record = ByteBuffer.allocate(HEAD + numbers.length + Integer.BYTES);
            record.put(HexFormat.of().parseHex(key)).putInt(numbers.length).put(numbers);
            record.putInt(DescriptorCache.checksum(record.array(), record.position()));
            long place = channel.size();
            record.flip();
            while (record.hasRemaining()) {
                channel.write(record, place + record.position());
            }
            places.put(key, place);
        } catch (IOException e) {
            throw new CacheException("cache must be writable, but " + file + " was not: " + e, e);
        }
    }

    private static byte[] write(Decision decision) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(decision.pairs());
        out.writeInt(decision.candidate());
        Outcome outcome = decision.outcome();
        Verdict verdict = outcome == null ? null : outcome.verdict();
        if (outcome != null && verdict != null) {
            out.writeUTF(verdict.name());
            out.writeUTF(outcome.stage().name());
            out.writeUTF(outcome.reason());
            out.writeBoolean(outcome.alike());
            Evidence evidence = outcome.evidence();
            out.writeInt(evidence.features());
            out.writeInt(evidence.matches());
            out.writeInt(evidence.inliers());
            out.writeDouble(evidence.error());
            out.writeDouble(evidence.agreement());
            out.writeDouble(evidence.shade());
            out.writeInt(evidence.transform().size());
            for (double number : evidence.transform()) {
                out.writeDouble(number);
            }
            out.writeInt(evidence.points().size());
            for (Evidence.Point point : evidence.points()) {
                out.writeDouble(point.poolX());
                out.writeDouble(point.poolY());
                out.writeDouble(point.referenceX());
                out.writeDouble(point.referenceY());
            }
        }
        return bytes.toByteArray();
    }

    private static Decision read(byte[] record, int end) throws IOException {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(record, HEAD, end - HEAD));
        int pairs = in.readInt();
        int candidate = in.readInt();
        if (candidate < 0) {
            return new Decision(pairs, candidate, null);
        }
        Verdict verdict = Verdict.valueOf(in.readUTF());
        Stage stage = Stage.valueOf(in.readUTF());
        String reason = in.readUTF();
        boolean alike = in.readBoolean();
        int features = in.readInt();
        int matches = in.readInt();
        int inliers = in.readInt();
        double error = in.readDouble();
        double agreement = in.readDouble();
        double shade = in.readDouble();
        List<Double> transform = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            transform.add(in.readDouble());
        }
        List<Evidence.Point> points = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            points.add(
                    new Evidence.Point(
                            in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()));
        }
        Evidence evidence =
                new Evidence(
                        features, matches, inliers, transform, error, agreement, shade, points);
        return new Decision(pairs, candidate, new Outcome(verdict, stage, reason, evidence, alike));
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}

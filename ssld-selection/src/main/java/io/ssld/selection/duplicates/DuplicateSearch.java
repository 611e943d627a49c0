package io.ssld.selection.duplicates;

import io.ssld.base.internal.Digests;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.internal.Presence;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.selection.duplicates.PairVerifier.Outcome;
import io.ssld.selection.duplicates.VerdictCache.Decision;
import io.ssld.selection.duplicates.ViewIndex.Candidate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One search: blocks of images are read, described, compared, verified and forgotten. */
final class DuplicateSearch {

    /** Images in memory at a time, as vectors. */
    private static final int BLOCK = 256;

    private final DuplicateSettings settings;
    private final ImageDecoder decoder;
    private final ViewDescriber describer;
    private final DescriptorCache cache;
    private final VerdictCache verdictCache;
    private final ExecutorService executor;
    private final DuplicateProgress progress;
    private final FeatureStore features;
    private final PairVerifier verifier;
    private final AtomicLong pairs = new AtomicLong();

    DuplicateSearch(
            DuplicateSettings settings,
            ImageDecoder decoder,
            ViewDescriber describer,
            DescriptorCache cache,
            VerdictCache verdictCache,
            ExecutorService executor,
            DuplicateProgress progress) {
        this.settings = settings;
        this.decoder = decoder;
        this.describer = describer;
        this.cache = cache;
        this.verdictCache = verdictCache;
        this.executor = executor;
        this.progress = progress;
        this.features = new FeatureStore(decoder);
        this.verifier = new PairVerifier(settings.thresholds());
    }

    /** Compares a pool with a reference, or with itself if that is null. */
    DuplicateResult run(ImageList pool, @Nullable ImageList reference, KnownImages known)
            throws IOException {
        Quarantine referenceFaults = new Quarantine();
        List<String> referenceDigests = new ArrayList<>();
        if (reference != null) {
            progress.update("reference", 0, reference.size());
            for (List<Loaded> block : blocks(reference)) {
                for (Loaded loaded : load(block, reference, referenceFaults, referenceDigests)) {
                    known.add(loaded.entry, loaded.image());
                }
                progress.update(
                        "reference", block.get(block.size() - 1).number + 1, reference.size());
            }
        }
        Quarantine faults = new Quarantine();
        List<String> digests = new ArrayList<>();
        List<ImageEntry> kept = new ArrayList<>();
        List<PairVerdict> verdicts = new ArrayList<>();
        ImageList compared = reference == null ? pool : reference;
        progress.update("pool", 0, pool.size());
        for (List<Loaded> block : blocks(pool)) {
            List<Loaded> readable = load(listable(block, faults), pool, faults, digests);
            for (Judged judged : judge(readable, pool, compared, known, reference == null)) {
                if (judged.verdict != null) {
                    verdicts.add(judged.verdict);
                }
                if (judged.verdict == null || !judged.verdict.removed()) {
                    kept.add(judged.entry);
                }
            }
            progress.update("pool", block.get(block.size() - 1).number + 1, pool.size());
        }
        String content = content(digests);
        return new DuplicateResult(
                pool,
                compared,
                new ImageList(pool.root(), kept),
                verdicts,
                faults.entries(),
                referenceFaults.entries(),
                pairs.get(),
                content,
                reference == null ? content : content(referenceDigests),
                settings);
    }

    /** An image of a block; {@code file} once it was read. */
    private record Loaded(int number, ImageEntry entry, @Nullable ImageFile file) {

        ImageFile image() {
            return java.util.Objects.requireNonNull(file);
        }
    }

    /** What became of an image of the pool. */
    private record Judged(ImageEntry entry, @Nullable PairVerdict verdict) {}

    private static List<List<Loaded>> blocks(ImageList list) {
        List<List<Loaded>> blocks = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (i % BLOCK == 0) {
                blocks.add(new ArrayList<>());
            }
            blocks.get(blocks.size() - 1).add(new Loaded(i, list.entries().get(i), null));
        }
        return blocks;
    }

    /** Without the images that could not stand in the list of those that stay. */
    private static List<Loaded> listable(List<Loaded> block, Quarantine faults) {
        List<Loaded> listable = new ArrayList<>();
        for (Loaded each : block) {
            String fault = ImageList.unlistable(each.entry);
            if (fault == null) {
                listable.add(each);
            } else {
                faults.add(each.entry.path(), fault);
            }
        }
        return listable;
    }

    private List<Loaded> load(
            List<Loaded> block, ImageList list, Quarantine faults, List<String> digests)
            throws IOException {
        List<Callable<@Nullable ImageFile>> tasks = new ArrayList<>();
        for (Loaded each : block) {
            tasks.add(() -> load(list.resolve(each.entry), each.entry, faults));
        }
        List<@Nullable ImageFile> files = all(tasks);
        List<Loaded> readable = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            ImageFile file = files.get(i);
            if (file != null) {
                digests.add(file.digest());
                readable.add(new Loaded(block.get(i).number, block.get(i).entry, file));
            }
        }
        return readable;
    }

    private @Nullable ImageFile load(Path path, ImageEntry entry, Quarantine faults)
            throws IOException {
        try {
            return ImageFile.load(path, decoder, describer, cache);
        } catch (DescriptorCache.CacheException e) {
            throw e;
        } catch (IOException e) {
            faults.add(entry.path(), reason(e, path));
            return null;
        }
    }

    private static String reason(IOException e, Path file) {
        return e instanceof java.nio.file.NoSuchFileException
                ? Presence.reason(file)
                : String.valueOf(e.getMessage());
    }

    private List<Judged> judge(
            List<Loaded> block,
            ImageList pool,
            ImageList compared,
            KnownImages known,
            boolean within)
            throws IOException {
        List<List<Candidate>> candidates =
                known.nearest(
                        block.stream().map(Loaded::image).toList(),
                        settings.candidates(),
                        settings.minSimilarity());
        List<Callable<@Nullable PairVerdict>> tasks = new ArrayList<>();
        for (int i = 0; i < block.size(); i++) {
            Loaded image = block.get(i);
            List<Candidate> near = candidates.get(i);
            tasks.add(() -> verdict(image, near, pool, compared, known));
        }
        List<@Nullable PairVerdict> verdicts = all(tasks);
        if (within) {
            return new BlockOfPool(block, verdicts, pool, known).judge();
        }
        List<Judged> judged = new ArrayList<>();
        for (int i = 0; i < block.size(); i++) {
            judged.add(new Judged(block.get(i).entry, verdicts.get(i)));
        }
        return judged;
    }

    /** Equal to a known image, or proved a copy of a candidate, or undecided, or null. */
    private @Nullable PairVerdict verdict(
            Loaded image,
            List<Candidate> candidates,
            ImageList pool,
            ImageList compared,
            KnownImages known)
            throws IOException {
        KnownImages.Exact exact = known.exact(image.image());
        if (exact != null) {
            return exact(image.entry, known.entry(exact.id()), exact.stage());
        }
        if (candidates.isEmpty()) {
            return null;
        }
        Decision decision = decision(image, candidates, pool, compared, known);
        pairs.addAndGet(decision.pairs());
        Outcome outcome = decision.outcome();
        return outcome == null
                ? null
                : verdict(image.entry, candidates.get(decision.candidate()), outcome, known);
    }

    /** Verifies the candidates in order up to the first copy, unless an earlier run did. */
    private Decision decision(
            Loaded image,
            List<Candidate> candidates,
            ImageList pool,
            ImageList compared,
            KnownImages known)
            throws IOException {
        List<String> others = new ArrayList<>();
        for (Candidate candidate : candidates) {
            String mirrored = candidate.similarity().mirrored() ? "mirrored " : "";
            others.add(mirrored + known.digest(candidate.id()));
        }
        String key = VerdictCache.key(settings.thresholds(), image.image().digest(), others);
        Decision decision = verdictCache.get(key);
        if (decision == null) {
            decision = verify(pool.resolve(image.entry), candidates, compared, known);
            verdictCache.put(key, decision);
        }
        return decision;
    }

    private Decision verify(
            Path image, List<Candidate> candidates, ImageList compared, KnownImages known)
            throws IOException {
        int undecided = -1;
        Outcome doubt = null;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            Path other = compared.resolve(known.entry(candidate.id()));
            Outcome outcome =
                    verifier.verify(
                            features.get(image, candidate.similarity().mirrored()),
                            features.get(other, false),
                            () -> features.picture(image),
                            () -> features.picture(other));
            if (outcome.isDuplicate()) {
                return new Decision(i + 1, i, outcome);
            }
            boolean better = doubt == null || (outcome.alike() && !doubt.alike());
            if (outcome.verdict() != null && better) {
                undecided = i;
                doubt = outcome;
            }
        }
        return new Decision(candidates.size(), undecided, doubt);
    }

    private static PairVerdict exact(ImageEntry image, ImageEntry other, Stage stage) {
        return new PairVerdict(
                image, other, stage, Verdict.DUPLICATE, true, "", 1, false, Evidence.EXACT);
    }

    private PairVerdict verdict(
            ImageEntry image, Candidate candidate, Outcome outcome, KnownImages known) {
        Views.Similarity similarity = candidate.similarity();
        return new PairVerdict(
                image,
                known.entry(candidate.id()),
                outcome.stage(),
                java.util.Objects.requireNonNull(outcome.verdict()),
                outcome.isDuplicate() || isRemoved(outcome, similarity.cosine()),
                outcome.reason(),
                similarity.cosine(),
                similarity.mirrored(),
                outcome.evidence());
    }

    private boolean isRemoved(Outcome undecided, double similarity) {
        return switch (settings.undecided()) {
            case KEEP -> false;
            case REMOVE -> true;
            case BY_SIMILARITY ->
                    undecided.alike() && similarity >= settings.thresholds().similarity();
        };
    }

    private <T> List<T> all(List<Callable<T>> tasks) throws IOException {
        try {
            List<T> results = new ArrayList<>(tasks.size());
            for (Future<T> future : executor.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while comparing images");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            } else if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            } else if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException("images could not be compared", e.getCause());
        }
    }

    private static String content(List<String> digests) {
        MessageDigest sha = Digests.sha256();
        digests.stream()
                .sorted()
                .forEach(digest -> sha.update(digest.getBytes(StandardCharsets.US_ASCII)));
        return HexFormat.of().formatHex(sha.digest());
    }

    /**
     * The images of a block of a pool that is searched within: those that earlier blocks said
     * nothing about are compared with the kept ones before them in the block, one after another,
     * for which are kept is known only then.
     */
    private final class BlockOfPool {

        private final List<Loaded> block;
        private final List<@Nullable PairVerdict> verdicts;
        private final ImageList pool;
        private final KnownImages known;
        private final int first;
        private final List<Loaded> keptHere = new ArrayList<>();

        BlockOfPool(
                List<Loaded> block,
                List<@Nullable PairVerdict> verdicts,
                ImageList pool,
                KnownImages known) {
            this.block = block;
            this.verdicts = verdicts;
            this.pool = pool;
            this.known = known;
            this.first = known.size();
        }

        List<Judged> judge() throws IOException {
            prepare();
            List<Judged> judged = new ArrayList<>();
            for (int i = 0; i < block.size(); i++) {
                Loaded image = block.get(i);
                PairVerdict verdict = verdicts.get(i);
                if (verdict == null || !verdict.removed()) {
                    PairVerdict here = verdict(image, near(image), pool, pool, known);
                    // An undecided verdict of an earlier block stays unless this one proves more.
                    verdict = verdict == null || isProof(here) ? here : verdict;
                }
                if (verdict == null || !verdict.removed()) {
                    known.add(image.entry, image.image());
                    keptHere.add(image);
                }
                judged.add(new Judged(image.entry, verdict));
                if (verdictCache.get(seen(image)) == null) {
                    verdictCache.put(seen(image), new Decision(0, -1, null));
                }
            }
            return judged;
        }

        /** Under which the cache says that an earlier run has verified what there was to. */
        private String seen(Loaded image) {
            return VerdictCache.key(settings.thresholds(), image.image().digest(), List.of());
        }

        private boolean isProof(@Nullable PairVerdict verdict) {
            return verdict != null && verdict.removed();
        }

        private List<Candidate> near(Loaded image) {
            List<Candidate> near = new ArrayList<>();
            for (int i = 0; i < keptHere.size(); i++) {
                for (boolean mirrored : new boolean[] {false, true}) {
                    Views.Similarity similarity =
                            image.image().views().to(keptHere.get(i).image().views(), mirrored);
                    if (similarity.cosine() >= settings.minSimilarity()) {
                        near.add(new Candidate(first + i, similarity));
                    }
                }
            }
            near.sort(Candidate.ORDER);
            return near.subList(0, Math.min(near.size(), settings.candidates()));
        }

        /** Finds, on all threads, the features that comparing one by one will ask for. */
        private void prepare() throws IOException {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < block.size(); i++) {
                PairVerdict verdict = verdicts.get(i);
                Path file = pool.resolve(block.get(i).entry);
                boolean seen = verdictCache.get(seen(block.get(i))) != null;
                if (!seen && (verdict == null || !verdict.removed())) {
                    tasks.add(() -> features.get(file, false).count() > 0);
                }
            }
            all(tasks);
        }
    }
}

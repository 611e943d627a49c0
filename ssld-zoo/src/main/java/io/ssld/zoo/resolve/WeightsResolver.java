package io.ssld.zoo.resolve;

import ai.djl.util.Utils;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.resolve.Checksum.ChecksumException;
import io.ssld.zoo.resolve.ContentCheck.WrongContentException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the weights file of a network. There is one source: a local folder, a mirror, or else the
 * locations on the {@link ModelCard}. What is downloaded stays in a cache that several processes
 * may share.
 *
 * <p><b>Trust.</b> As long as a card knows no checksum, the first download is trusted: its SHA-256
 * is recorded beside it and compared at every later use, also after a new download. Before that it
 * must be a file of weights with the names of the network's parameters. No download is longer than
 * twice what the network's parameters take.
 *
 * <p><b>Defaults</b> are those of {@link #builder()}:
 *
 * <table>
 * <caption>Where the defaults come from</caption>
 * <tr><th>setting</th><th>system property or variable</th><th>otherwise</th></tr>
 * <tr><td>cache</td><td>{@code ssld.cache}</td><td>{@code ssld} in DJL's cache, which {@code
 * DJL_CACHE_DIR} names</td></tr>
 * <tr><td>source</td><td>{@code ssld.zoo.url}, a base of {@code http(s)} or {@code file}</td>
 * <td>the card</td></tr>
 * <tr><td>offline</td><td>{@code DJL_OFFLINE}, {@code ai.djl.offline}</td><td>online</td></tr>
 * </table>
 */
public final class WeightsResolver {

    private static final int PUBLISHED_CLASSES = 1000;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private final Path cache;
    private final @Nullable URI base;
    private final boolean offline;
    private final Backoff backoff;
    private final Duration patience;
    private final DownloadProgress progress;
    private final Function<SsldModel, ContentCheck> checks;

    private WeightsResolver(Builder builder) {
        cache = or(builder.cache, defaultCache());
        base = builder.base == null ? builder.configured : builder.base;
        offline = or(builder.offline, Utils.isOfflineMode());
        backoff = or(builder.backoff, new Backoff(5, Duration.ofSeconds(1)));
        patience = or(builder.patience, Duration.ofSeconds(30));
        progress = or(builder.progress, DownloadProgress.NONE);
        checks = builder.checks;
    }

    private static <T> T or(@Nullable T given, T fallback) {
        return given == null ? fallback : given;
    }

    private static Path defaultCache() {
        String folder = System.getProperty("ssld.cache", "");
        return folder.isEmpty() ? Utils.getCacheDir().resolve("ssld") : Path.of(folder);
    }

    /**
     * Starts a resolver with the defaults.
     *
     * @return the builder
     * @throws IllegalArgumentException if {@code ssld.zoo.url} is no address
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the file with the weights of a network, downloading it if need be.
     *
     * @param model the network
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the file, its checksum compared
     * @throws WeightsUnavailableException if the source does not have it, or is out of reach
     * @throws IOException if the file cannot be read or written, or has another checksum
     */
    public Path resolve(SsldModel model, boolean ssld) throws IOException {
        Objects.requireNonNull(model, "model");
        ModelCard card = ModelCard.of(model);
        if (base != null && "file".equals(base.getScheme())) {
            return local(Path.of(base), card, ssld);
        }
        Path file = cached(model, ssld);
        if (Files.exists(file) && Files.exists(Checksum.record(file))) {
            // Both were moved into place: no lock, so that a cache may be read-only.
            Checksum.verify(file, file, card.sha256(ssld), checks.apply(model));
            return file;
        }
        List<URI> locations = locations(card, ssld);
        if (offline && !Files.exists(file)) {
            throw new WeightsUnavailableException(
                    "%s must be in the cache when offline, but %s does not exist; %s"
                            .formatted(name(card, ssld), file, remedy(locations, file)));
        }
        Files.createDirectories(cache);
        try (CacheLock lock = CacheLock.acquire(file)) {
            if (!Files.exists(file)) {
                download(card, ssld, locations, file);
            } else {
                verifyFound(file, card, ssld);
            }
        }
        return file;
    }

    /**
     * Returns where the cache keeps a file, whether it is there or not.
     *
     * @param model the network
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the file
     */
    public Path cached(SsldModel model, boolean ssld) {
        Objects.requireNonNull(model, "model");
        return cache.resolve(ModelCard.of(model).fileName(ssld));
    }

    /**
     * Returns where a file is, or would be once downloaded: in the local folder if that is the
     * source, else in the cache.
     *
     * @param model the network
     * @param ssld whether SSLD weights are meant, rather than plain ones
     * @return the file, which may not exist
     */
    public Path place(SsldModel model, boolean ssld) {
        Objects.requireNonNull(model, "model");
        return base != null && "file".equals(base.getScheme())
                ? Path.of(base).resolve(ModelCard.of(model).fileName(ssld))
                : cached(model, ssld);
    }

    private Path local(Path folder, ModelCard card, boolean ssld) throws IOException {
        Path file = folder.resolve(card.fileName(ssld));
        if (!Files.isRegularFile(file)) {
            throw new WeightsUnavailableException(
                    "%s must be in the folder %s, but %s does not exist; put it there, or choose"
                                    .formatted(name(card, ssld), folder, file)
                            + " another source by the system property ssld.zoo.url");
        }
        if (card.sha256(ssld).isPresent()) {
            Checksum.verify(file, file, card.sha256(ssld), checks.apply(card.model()));
        }
        return file;
    }

    private List<URI> locations(ModelCard card, boolean ssld) throws IOException {
        if (base != null) {
            return List.of(base.resolve(card.fileName(ssld)));
        }
        List<URI> published = card.weights(ssld);
        if (published.isEmpty()) {
            throw new WeightsUnavailableException(
                    name(card, ssld)
                            + " must have been published to be downloaded, but were not; use the"
                            + " SSLD weights");
        }
        return published;
    }

    private void download(ModelCard card, boolean ssld, List<URI> locations, Path file)
            throws IOException {
        HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(Redirect.NORMAL)
                        .proxy(ProxySelector.getDefault())
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
        Path part = file.resolveSibling(file.getFileName() + ".part");
        List<String> failures = new ArrayList<>();
        for (URI uri : locations) {
            long most = maxBytes(card.model());
            Download download = new Download(client, uri, part, most, patience, progress);
            try {
                receive(download, card, ssld, part, file);
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                download.finish();
                return;
            } catch (ChecksumException e) {
                download.forget();
                throw new WeightsUnavailableException(
                        uri + " must send the same file as ever: " + e.getMessage(), e);
            } catch (WrongContentException e) {
                download.forget();
                failures.add(uri + " sent something else: " + e.getMessage());
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                failures.add(String.valueOf(e.getMessage()));
            }
        }
        throw new WeightsUnavailableException(
                "%s must be within reach, but %s; %s"
                        .formatted(
                                name(card, ssld),
                                String.join(", and ", failures),
                                remedy(locations, file)));
    }

    /**
     * Fetches the whole file and looks at it; what was put together wrongly is fetched once more.
     */
    private void receive(Download download, ModelCard card, boolean ssld, Path part, Path file)
            throws IOException {
        backoff.run(download::attempt);
        try {
            verify(part, file, card, ssld);
        } catch (ChecksumException | WrongContentException e) {
            if (!download.resumed()) {
                throw e;
            }
            download.forget();
            backoff.run(download::attempt);
            verify(part, file, card, ssld);
        }
    }

    private void verify(Path content, Path file, ModelCard card, boolean ssld) throws IOException {
        Checksum.verify(content, file, card.sha256(ssld), checks.apply(card.model()));
    }

    /** Looks at a file that somebody put into the cache. */
    private void verifyFound(Path file, ModelCard card, boolean ssld) throws IOException {
        try {
            verify(file, file, card, ssld);
        } catch (WrongContentException e) {
            throw new IOException(e.getMessage() + "; delete it to download it again", e);
        }
    }

    /** Twice what float32 values take, for running statistics and names; and small change. */
    private static long maxBytes(SsldModel model) {
        return 2 * Float.BYTES * model.parameterCount(PUBLISHED_CLASSES) + (1 << 20);
    }

    private static String name(ModelCard card, boolean ssld) {
        return (ssld ? "SSLD" : "plain") + " weights of " + card.model().modelName();
    }

    private static String remedy(List<URI> locations, Path file) {
        return "download "
                + locations.get(0)
                + " elsewhere and put it to "
                + file
                + ", or name a mirror or folder by the system property ssld.zoo.url";
    }

    /** Collects settings; each is given once at most. */
    public static final class Builder {

        /** The source that the system property names, in place of the cards' locations. */
        private final @Nullable URI configured;

        private @Nullable Path cache;
        private @Nullable URI base;
        private @Nullable Boolean offline;
        private @Nullable Backoff backoff;
        private @Nullable Duration patience;
        private @Nullable DownloadProgress progress;
        private Function<SsldModel, ContentCheck> checks = ContentCheck::weightsOf;

        private Builder() {
            String url = System.getProperty("ssld.zoo.url", "");
            configured = url.isEmpty() ? null : checked(URI.create(url));
        }

        private static <T> T once(@Nullable T before, T now, String name) {
            Objects.requireNonNull(now, name);
            if (before != null) {
                throw new IllegalStateException(
                        "%s must be set once, but was %s already; remove one of the two calls"
                                .formatted(name, before));
            }
            return now;
        }

        private static URI checked(URI source) {
            String scheme = String.valueOf(source.getScheme()).toLowerCase(Locale.ROOT);
            if (!List.of("http", "https", "file").contains(scheme)) {
                throw new IllegalArgumentException(
                        "source must be an address of http, https or file, but was " + source);
            }
            String text = source.toString();
            return URI.create(text.endsWith("/") ? text : text + "/");
        }

        /**
         * Sets the folder of downloaded files.
         *
         * @param folder the folder, created when needed
         * @return this builder
         */
        public Builder optCache(Path folder) {
            Objects.requireNonNull(folder, "folder");
            cache = once(cache, folder, "cache");
            return this;
        }

        /**
         * Sets the only source: a mirror or a folder that has the files under their published
         * names, such as {@code ResNet50_vd_ssld_pretrained.pdparams}.
         *
         * @param source an address of {@code http}, {@code https} or {@code file}
         * @return this builder
         * @throws IllegalArgumentException if it is another kind of address
         */
        public Builder optSource(URI source) {
            Objects.requireNonNull(source, "source");
            base = once(base, checked(source), "source");
            return this;
        }

        /**
         * Sets the only source: a folder that has the files under their published names. They are
         * used where they are.
         *
         * @param folder the folder
         * @return this builder
         */
        public Builder optFolder(Path folder) {
            Objects.requireNonNull(folder, "folder");
            return optSource(folder.toUri());
        }

        /**
         * Sets whether to stay off the network.
         *
         * @param offline whether only cached and local files may be used
         * @return this builder
         */
        public Builder optOffline(boolean offline) {
            this.offline = once(this.offline, offline, "offline");
            return this;
        }

        /**
         * Sets how to go on after failures that may pass: no answer, a cut, status 408, 425, 429 or
         * 5xx.
         *
         * @param attempts how often to try at most, 5 by default
         * @param firstPause the first pause, 1 second by default; each next one is twice as long
         * @return this builder
         * @throws IllegalArgumentException if there is no attempt
         */
        public Builder optRetry(int attempts, Duration firstPause) {
            Objects.requireNonNull(firstPause, "firstPause");
            if (attempts < 1) {
                throw new IllegalArgumentException(
                        "attempts must be at least 1, but was " + attempts);
            }
            backoff = once(backoff, new Backoff(attempts, firstPause), "retry");
            return this;
        }

        /**
         * Sets how long to wait for an answer, or for more bytes, before an attempt has failed.
         *
         * @param patience the time, 30 seconds by default
         * @return this builder
         */
        public Builder optPatience(Duration patience) {
            this.patience = once(this.patience, patience, "patience");
            return this;
        }

        /**
         * Sets who is told how far a download is.
         *
         * @param progress the listener
         * @return this builder
         */
        public Builder optProgress(DownloadProgress progress) {
            this.progress = once(this.progress, progress, "progress");
            return this;
        }

        /** For tests of transfers, whose content is no weights. */
        Builder withoutLook() {
            checks = model -> file -> {};
            return this;
        }

        /**
         * Creates the resolver.
         *
         * @return the resolver
         */
        public WeightsResolver build() {
            return new WeightsResolver(this);
        }
    }
}

package io.ssld.images.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ssld.images.internal.ImageDecoder.Choice;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which library decodes, and that it does not depend on what else is installed. */
class DecoderChoiceTest {

    @AfterEach
    void forget() {
        System.clearProperty(ImageDecoder.PROPERTY);
    }

    @Test
    void name_everyChoice_tellsLibrariesAndVersions() {
        String java = "javax.imageio " + System.getProperty("java.version");
        assertThat(new ImageDecoder(1, Choice.PLAIN).name()).isEqualTo(java);
        assertThat(new ImageDecoder(1, Choice.OPENCV).name()).isEqualTo("OpenCV 4.9.0, " + java);
        assertThat(new ImageDecoder(1).name()).isEqualTo("OpenCV 4.9.0, " + java);
    }

    @Test
    void property_choosesWhereTheCodeDoesNot() {
        System.setProperty(ImageDecoder.PROPERTY, "plain");
        assertThat(new ImageDecoder(1).name()).startsWith("javax.imageio");
        assertThat(new ImageDecoder(1, Choice.AUTO).name()).startsWith("OpenCV");
        System.setProperty(ImageDecoder.PROPERTY, "best");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ImageDecoder(1))
                .withMessage("ssld.image.decoder must be auto, plain or opencv, but was best");
    }

    @Test
    void withoutOpenCv_noClassOfItIsNeeded() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.contains("openpnp")) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        byte[] webp = CorpusFilesTest.file("webp-lossy.webp");
        byte[] png = TestImages.plainPng(3, 2, 77);
        try (URLClassLoader loader =
                new URLClassLoader(
                        urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass(ImageDecoder.class.getName());
            Object decoder = type.getConstructor(long.class).newInstance(1_000_000L);
            assertThat(type.getMethod("name").invoke(decoder).toString())
                    .startsWith("javax.imageio");
            Object pixels = type.getMethod("decode", byte[].class).invoke(decoder, (Object) png);
            assertThat((byte[]) pixels.getClass().getMethod("rgb").invoke(pixels))
                    .containsOnly(77)
                    .hasSize(18);
            assertThat(
                            catchCause(
                                    () ->
                                            type.getMethod("decode", byte[].class)
                                                    .invoke(decoder, (Object) webp)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("put org.openpnp:opencv on the class path");
            @SuppressWarnings({"unchecked", "rawtypes"})
            Object demanded =
                    Enum.valueOf((Class) loader.loadClass(Choice.class.getName()), "OPENCV");
            assertThat(
                            catchCause(
                                    () ->
                                            type.getConstructor(long.class, demanded.getClass())
                                                    .newInstance(1L, demanded)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "OpenCV must be usable, but is not on the class path; add");
        }
    }

    private interface Call {
        @Nullable Object run() throws ReflectiveOperationException;
    }

    private static @Nullable Throwable catchCause(Call call) throws ReflectiveOperationException {
        try {
            call.run();
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    /** A plug-in that takes every file and fails. */
    private static final class Greedy extends ImageReaderSpi {

        @Override
        public boolean canDecodeInput(Object source) {
            return true;
        }

        @Override
        public ImageReader createReaderInstance(@Nullable Object extension) throws IOException {
            throw new IOException("the plug-in was asked");
        }

        @Override
        public String[] getFormatNames() {
            return new String[] {"jpeg", "png", "gif", "bmp", "tiff"};
        }

        @Override
        public String getDescription(@Nullable Locale locale) {
            return "takes everything";
        }
    }

    @Test
    void decode_pluginsRegistered_usesTheJdksReaders() throws IOException {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        Greedy greedy = new Greedy();
        registry.registerServiceProvider(greedy, ImageReaderSpi.class);
        try {
            registry.getServiceProviders(ImageReaderSpi.class, false)
                    .forEachRemaining(
                            other -> {
                                if (other != greedy) {
                                    registry.setOrdering(ImageReaderSpi.class, greedy, other);
                                }
                            });
            ImageDecoder decoder = new ImageDecoder(1000, Choice.PLAIN);
            for (String format : List.of("jpg", "png", "gif", "bmp", "tiff")) {
                BufferedImage image =
                        TestImages.buffered(TestImages.pattern(9, 7), BufferedImage.TYPE_3BYTE_BGR);
                Pixels pixels = decoder.decode(TestImages.encoded(image, format));
                assertThat(pixels.width()).isEqualTo(9);
            }
        } finally {
            registry.deregisterServiceProvider(greedy);
        }
    }
}

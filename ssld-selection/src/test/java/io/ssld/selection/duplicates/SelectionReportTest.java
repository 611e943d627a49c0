package io.ssld.selection.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a search, read back. */
class SelectionReportTest {

    @TempDir private Path folder;
    private ImageList pool;
    private ImageList reference;

    @BeforeEach
    void images() throws IOException {
        for (int i = 0; i < 4; i++) {
            TestPhotos.write(
                    TestPhotos.photo(i, 160, 120),
                    folder.resolve(String.format(Locale.ROOT, "reference/%d.png", i)));
        }
        TestPhotos.write(
                TestPhotos.mirror(TestPhotos.photo(1, 160, 120)),
                folder.resolve("pool/class/mirror, <b>.png"));
        TestPhotos.write(TestPhotos.photo(20, 160, 120), folder.resolve("pool/class/new.png"));
        TestPhotos.write(TestPhotos.plain(20, 160, 120), folder.resolve("pool/class/plain.png"));
        TestPhotos.write(TestPhotos.plain(20, 150, 110), folder.resolve("reference/plain.png"));
        Files.writeString(folder.resolve("pool/class/text.jpg"), "text");
        pool = ImageList.ofFolder(folder.resolve("pool"));
        reference = ImageList.ofFolder(folder.resolve("reference"));
    }

    private DuplicateResult result() throws IOException {
        return NearDuplicateFinder.against(reference).build().find(pool);
    }

    private Path write(SelectionReport.Builder builder, String name) throws IOException {
        Path out = folder.resolve(name);
        builder.build().writeTo(out);
        return out;
    }

    private SelectionReport.Builder report() throws IOException {
        return SelectionReport.builder().setResult(result());
    }

    @Test
    void files_holdWhatWasFound() throws Exception {
        Path out = write(report(), "out");
        // The pool is elsewhere: the list reads from where it lies all the same.
        ImageList kept = ImageList.read(out.resolve("kept.txt"), out);
        assertThat(kept.entries())
                .containsExactly(new ImageEntry(pool.root().resolve("class/new.png"), 0));
        assertThat(kept.resolve(kept.entries().get(0))).exists();
        assertThat(Files.readAllLines(out.resolve("removed.csv")))
                .hasSize(3)
                .startsWith("pool_image,reference_image,stage,verdict,inliers,mirrored,similarity")
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "\"class/mirror,"
                                                    + " <b>.png\",1.png,SIFT,DUPLICATE,\\d+,true,(1.0000|0.99\\d\\d)"))
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .matches(
                                                "class/plain.png,plain.png,ALIGNMENT,UNDECIDED,0,false,(1.0000|0.9\\d+)"));
        assertThat(Files.readAllLines(out.resolve("quarantine.csv")))
                .containsExactly(
                        "set,image,reason", "pool,class/text.jpg,not an image of a known format");
        JsonObject json =
                JsonParser.parseString(Files.readString(out.resolve("certificate.json")))
                        .getAsJsonObject();
        assertThat(json.get("compared").getAsString()).isEqualTo("against");
        assertThat(json.get("kept").getAsInt()).isEqualTo(1);
        assertThat(json.getAsJsonObject("pool").get("listDigest").getAsString())
                .isEqualTo(pool.digest());
        assertThat(json.getAsJsonObject("settings").get("candidates").getAsInt()).isEqualTo(16);
        assertThat(json.getAsJsonArray("pairs")).hasSize(2);
        JsonObject pair = json.getAsJsonArray("pairs").get(0).getAsJsonObject();
        assertThat(pair.getAsJsonArray("transform")).hasSize(9);
        assertThat(pair.get("reprojectionError").getAsDouble()).isBetween(0.0, 2.0);
        assertThat(out.resolve("report.html"))
                .content()
                .contains("Contamination certificate", "data:image/jpeg;base64,", "class=\"match\"")
                .contains("class/mirror, &lt;b&gt;.png", "undecided: too plain", reference.digest())
                .doesNotContain("http:", "https:", "<script", folder.toString());
    }

    /** It may be another file by now, and a bomb. */
    @Test
    void writeTo_imageThatBecameTooLarge_isNotDecodedAndTheReportWritten() throws Exception {
        DuplicateResult result = result();
        BufferedImage huge = new BufferedImage(12_000, 9_000, BufferedImage.TYPE_BYTE_BINARY);
        ImageIO.write(huge, "png", folder.resolve("pool/class/mirror, <b>.png").toFile());
        Path out = write(SelectionReport.builder().setResult(result), "out");
        assertThat(out.resolve("report.html"))
                .content()
                .contains("not shown: ", "100000000", "class/mirror, &lt;b&gt;.png");
        assertThat(out.resolve("certificate.json")).isNotEmptyFile();
    }

    @Test
    void writeTo_whereACertificateIs_isRefusedAndItStays() throws Exception {
        Path out = Files.createDirectory(folder.resolve("earlier"));
        Files.writeString(out.resolve("certificate.json"), "earlier");
        assertThatThrownBy(() -> write(report(), "earlier"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("certificate.json exists");
        assertThat(out.resolve("certificate.json")).hasContent("earlier");
        assertThat(out.resolve("kept.txt")).doesNotExist();
    }

    @Test
    void files_ofTheSameInputs_areEqualByteForByte() throws Exception {
        Path first = write(report(), "first");
        Path second = write(report(), "second");
        for (String name :
                new String[] {
                    "kept.txt", "removed.csv", "quarantine.csv", "certificate.json", "report.html"
                }) {
            assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
        }
    }

    @Test
    void figures_none_leavesThePicturesOut() throws Exception {
        Path out = write(report().optFigures(0), "out");
        assertThat(out.resolve("report.html")).content().doesNotContain("data:image");
    }

    @Test
    void origins_areInTheCertificate_andMissingOnesFailIfRequired() throws Exception {
        Path csv = folder.resolve("pool.csv");
        Files.writeString(
                csv,
                """
                origin,note,image,licence
                "here, there",,class/new.png,CC0

                x,y,"class/mirror, <b>.png",MIT
                """);
        Origins origins = Origins.read(csv);
        Path out = write(report().optOrigins(origins).optOriginsRequired(true), "out");
        assertThat(out.resolve("certificate.json"))
                .content()
                .contains("\"CC0\": 1", "\"licence\": \"MIT\"", "\"origin\": \"x\"");
        assertThat(origins.of(pool.entries().get(1)).origin()).isEqualTo("here, there");

        SelectionReport.Builder without = report().optOriginsRequired(true);
        assertThatThrownBy(without::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lack those of class/new.png");
    }

    @Test
    void originsFile_withoutAColumnOrAField_isRefused() throws Exception {
        Path csv = Files.writeString(folder.resolve("a.csv"), "image,licence\n");
        assertThatThrownBy(() -> Origins.read(csv))
                .hasMessageContaining("must include image, licence and origin");
        Path odd = Files.writeString(folder.resolve("b.csv"), "image,licence,origin\na,b\n");
        assertThatThrownBy(() -> Origins.read(odd))
                .hasMessageContaining("line 2: fields must be 3, but were 2");
    }
}

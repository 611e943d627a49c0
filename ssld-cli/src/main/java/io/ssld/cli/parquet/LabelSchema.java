package io.ssld.cli.parquet;

import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;

import java.util.List;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** The columns of a file of labels; docs/label-store tells them. */
final class LabelSchema {

    /** Text of 16 hexadecimal digits: how every tool can join, sort and print it. */
    static final String IMAGE = "image";

    static final String VIEW = "view";
    static final String INDICES = "indices";
    static final String LOG_PROBABILITIES = "log_probabilities";
    static final String LOG_TAIL = "log_tail";

    /** As they are written. */
    static final MessageType SCHEMA =
            Types.buildMessage()
                    .required(BINARY)
                    .as(LogicalTypeAnnotation.stringType())
                    .named(IMAGE)
                    .required(INT32)
                    .named(VIEW)
                    .requiredList()
                    .requiredElement(INT32)
                    .named(INDICES)
                    .requiredList()
                    .requiredElement(FLOAT)
                    .named(LOG_PROBABILITIES)
                    .required(FLOAT)
                    .named(LOG_TAIL)
                    .named("label");

    /**
     * A column as it must be found.
     *
     * @param name of the column
     * @param type of its values
     * @param list whether a row holds a list of them
     */
    record Column(String name, PrimitiveTypeName type, boolean list) {

        /** As messages name it. */
        String kind() {
            String one =
                    switch (type) {
                        case BINARY -> "text";
                        case INT32 -> "int32";
                        default -> "float";
                    };
            return list ? "list of " + one : one;
        }
    }

    static final List<Column> COLUMNS =
            List.of(
                    new Column(IMAGE, BINARY, false),
                    new Column(VIEW, INT32, false),
                    new Column(INDICES, INT32, true),
                    new Column(LOG_PROBABILITIES, FLOAT, true),
                    new Column(LOG_TAIL, FLOAT, false));

    private LabelSchema() {}
}

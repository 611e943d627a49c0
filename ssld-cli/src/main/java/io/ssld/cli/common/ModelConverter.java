package io.ssld.cli.common;

import io.ssld.zoo.SsldModel;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a published network, in upper or lower case. */
public final class ModelConverter implements ITypeConverter<SsldModel> {

    @Override
    public SsldModel convert(String name) {
        try {
            return SsldModel.of(name);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}

package io.ssld.cli.common;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar, or "development" when run from compiled classes. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {"ssld " + (version == null ? "development" : version)};
    }
}

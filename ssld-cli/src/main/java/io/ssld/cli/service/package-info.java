/** A saved model behind HTTP, with nothing but the JDK's own server. */
@NullMarked
package io.ssld.cli.service;

import org.jspecify.annotations.NullMarked;

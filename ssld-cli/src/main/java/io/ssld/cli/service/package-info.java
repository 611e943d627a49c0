/** A saved model behind HTTP, on Jetty. */
@NullMarked
package io.ssld.cli.service;

import org.jspecify.annotations.NullMarked;

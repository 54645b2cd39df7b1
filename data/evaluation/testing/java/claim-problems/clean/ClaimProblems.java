package com.claimsdesk.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.NoSuchElementException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns failures of the public claims interface into answers for customers. */
@RestControllerAdvice
public class ClaimProblems {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimProblems.class);

    @ExceptionHandler(NoSuchElementException.class)
    public ProblemDetail notFound(NoSuchElementException failure, HttpServletRequest request) {
        LOG.info("Nothing at {}", request.getRequestURI(), failure);
        return problem(HttpStatus.NOT_FOUND, "There is no such claim.");
    }

    @ExceptionHandler(ClaimRejectedException.class)
    public ProblemDetail rejected(ClaimRejectedException failure) {
        return problem(HttpStatus.UNPROCESSABLE_ENTITY, failure.getMessage());
    }

    @ExceptionHandler(DataAccessException.class)
    public ProblemDetail notStored(DataAccessException failure, HttpServletRequest request) {
        String reference = UUID.randomUUID().toString();
        LOG.error("{} failed, reference {}", request.getRequestURI(), reference, failure);
        String detail = "Not stored, please try later (" + reference + ")";
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, detail);
    }

    private static ProblemDetail problem(HttpStatus status, String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setTitle(status.getReasonPhrase());
        return problem;
    }

    /** A claim that breaks a rule; the message is written for the customer. */
    public static class ClaimRejectedException extends RuntimeException {
        public ClaimRejectedException(String message) {
            super(message);
        }
    }
}

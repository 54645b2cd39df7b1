package com.payrollportal.payslip;

import java.security.Principal;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Payslips for employees; everything below /payslips asks for a sign-in. */
@RestController
@RequestMapping("/payslips")
public class PayslipController {

    private final PayslipRepository payslips;

    public PayslipController(PayslipRepository payslips) {
        this.payslips = payslips;
    }

    @GetMapping
    public List<Summary> list(Principal employee) {
        return payslips.findByEmployee(employee.getName()).stream()
                .map(p -> new Summary(p.id(), p.month()))
                .toList();
    }

    @GetMapping("/{id}")
    public ResponseEntity<byte[]> download(@PathVariable("id") long id, Principal employee) {
        Payslip payslip =
                payslips.findById(id)
                        .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_PDF)
                .header("Cache-Control", "private, no-store")
                .body(payslip.document());
    }

    /** What the overview shows of a payslip. */
    public record Summary(long id, YearMonth month) {}

    /** A payslip of one employee, by the name used to sign in. */
    public record Payslip(long id, String employee, YearMonth month, byte[] document) {}

    /** Stored payslips of all employees. */
    public interface PayslipRepository {
        List<Payslip> findByEmployee(String employee);

        Optional<Payslip> findById(long id);
    }
}

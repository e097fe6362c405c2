(* False neighbours of TestTime.v, each refuted.  Source: this project. *)
From Coq Require Import Reals Lra.
From UFM Require Import Sharing TestTime.
Open Scope R_scope.

(* The factor is not the share itself: it depends on the number of samples. *)
Theorem not_factor_alpha : factor (1 / 2) 3 <> 1 / 2.
Proof. unfold factor, gain. lra. Qed.

(* Nor does it saturate as alpha n / (1 + alpha n) does. *)
Theorem not_factor_saturating : factor (1 / 2) 3 <> (1 / 2 * 3) / (1 + 1 / 2 * 3).
Proof. unfold factor, gain. lra. Qed.

(* Shared features do not train as free ones of the same counts. *)
Theorem not_effective_size_itself : effective_size (1 / 2) 3 <> 3.
Proof. unfold effective_size, gain. lra. Qed.

(* Weights of mean one do not lift the minority by R^gamma. *)
Theorem not_minority_weight_power : minority_weight 1 1 4 1 <> Rpower 4 1.
Proof.
  unfold minority_weight. replace (1 - 1) with 0 by ring. rewrite Rpower_O, Rpower_1 by lra. lra.
Qed.

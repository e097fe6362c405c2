(* Decoupled modes solve the matrix flow.

   Z = U diag(sigma) V^T with r modes; Q maps modes to the d hidden directions; U, V,
   Q have orthonormal columns.  The ansatz
        W = U diag(w) Q^T,   H = Q diag(w) V^T,       w_a' = lambda_a w_a (sigma_a - w_a^2),
   solves
     the unweighted flow  W' = (Z - W H) H^T, H' = W^T (Z - W H),            with lambda = 1;
     the projected weighted flow, in which (Z - W H) Omega is projected on the row space of V^T,
                          whenever V^T Omega V = diag(lambda).
   With s = w^2 the modes are the logistic ones of Logistic.v, and the logits are U diag(s) V^T.

   Hypotheses: as above; sigma_a > 0, lambda_a > 0, 0 < s0_a < sigma_a for the explicit solution.
   Computed by: ufm_simulation::GradientFlow from Initialisation::spectral.
   Source: arXiv:2601.12011 (decoupled logit amplitudes, projected rates). *)
From Coq Require Import Reals Lra Lia.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic FiniteSums Flow.
Open Scope R_scope.

Section Modes.
Variables (k d N r : nat) (U V Q : nat -> nat -> R) (sigma lambda : nat -> R) (w : nat -> R -> R).
Hypotheses (HU : orthonormal k r U) (HV : orthonormal N r V) (HQ : orthonormal d r Q).
Hypothesis mode_ode : forall a t, (a < r)%nat -> 0 <= t ->
  is_derive (w a) t (lambda a * w a t * (sigma a - w a t * w a t)).

Definition mode_W (t : R) (i l : nat) : R := sum r (fun a => U i a * w a t * Q l a).
Definition mode_H (t : R) (l j : nat) : R := sum r (fun a => V j a * w a t * Q l a).
Definition mode_Z (i j : nat) : R := sum r (fun a => U i a * sigma a * V j a).
Definition mode_G (t : R) (i j : nat) : R :=
  sum r (fun a => U i a * (lambda a * (sigma a - w a t * w a t)) * V j a).

(* The projection of (Z - W H) Omega on the row space of V^T. *)
Definition projected_residual (Om : nat -> nat -> R) (t : R) : nat -> nat -> R :=
  mul r (mul N (weighted_residual d N mode_Z Om mode_W mode_H t) V) (tr V).

(* The logits are U diag(w^2) V^T. *)
Theorem mode_logits t i j :
  mul d (mode_W t) (mode_H t) i j = sum r (fun a => U i a * (w a t * w a t) * V j a).
Proof.
  unfold mul, mode_W, mode_H. rewrite (contract d r Q _ _ HQ). apply sum_ext. intros; ring.
Qed.

(* The ansatz follows any flow whose driving matrix is U diag(lambda (sigma - w^2)) V^T. *)
Lemma modes_follow G :
  (forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> G t i j = mode_G t i j) ->
  follows k d N mode_W mode_H G.
Proof.
  intros HG. split.
  - intros t i l Ht Hi Hl.
    replace (mul N (G t) (tr (mode_H t)) i l)
      with (sum r (fun a => U i a * (lambda a * w a t * (sigma a - w a t * w a t)) * Q l a)).
    + apply (is_derive_sum r (fun a u => U i a * w a u * Q l a)). intros a Ha.
      auto_derive; [eexists; apply mode_ode; assumption|].
      rewrite (is_derive_unique _ _ _ (mode_ode a t Ha Ht) : Derive (fun x => w a x) t = _). ring.
    + symmetry. unfold mul, tr, mode_H.
      rewrite (sum_ext N _ (fun j => sum r (fun a => U i a * (lambda a * (sigma a - w a t * w a t)) * V j a)
                                     * sum r (fun b => w b t * Q l b * V j b))).
      2:{ intros j Hj. rewrite HG by assumption. unfold mode_G. f_equal. apply sum_ext. intros; ring. }
      rewrite (contract N r V _ _ HV). apply sum_ext. intros; ring.
  - intros t l j Ht Hl Hj.
    replace (mul k (tr (mode_W t)) (G t) l j)
      with (sum r (fun a => V j a * (lambda a * w a t * (sigma a - w a t * w a t)) * Q l a)).
    + apply (is_derive_sum r (fun a u => V j a * w a u * Q l a)). intros a Ha.
      auto_derive; [eexists; apply mode_ode; assumption|].
      rewrite (is_derive_unique _ _ _ (mode_ode a t Ha Ht) : Derive (fun x => w a x) t = _). ring.
    + symmetry. unfold mul, tr, mode_W.
      rewrite (sum_ext k _ (fun i => sum r (fun b => w b t * Q l b * U i b)
        * sum r (fun a => lambda a * (sigma a - w a t * w a t) * V j a * U i a))).
      2:{ intros i Hi. rewrite HG by assumption. unfold mode_G.
          f_equal; apply sum_ext; intros; ring. }
      rewrite (contract k r U _ _ HU). apply sum_ext. intros; ring.
Qed.

Lemma residual_modes t i j :
  mode_Z i j - mul d (mode_W t) (mode_H t) i j
  = sum r (fun a => U i a * (sigma a - w a t * w a t) * V j a).
Proof.
  rewrite mode_logits. unfold mode_Z.
  rewrite (sum_ext r (fun a => U i a * (sigma a - w a t * w a t) * V j a)
    (fun a => U i a * sigma a * V j a + (-1) * (U i a * (w a t * w a t) * V j a))) by (intros; ring).
  rewrite sum_add, sum_scal. ring.
Qed.

(* Unweighted loss: with all lambda = 1 the ansatz solves W' = (Z - W H) H^T, H' = W^T (Z - W H). *)
Theorem modes_solve_vanilla : (forall a, (a < r)%nat -> lambda a = 1) ->
  follows k d N mode_W mode_H (fun t i j => mode_Z i j - mul d (mode_W t) (mode_H t) i j).
Proof.
  intros H1. apply modes_follow. intros t i j Ht Hi Hj. rewrite residual_modes. unfold mode_G.
  apply sum_ext. intros a Ha. rewrite H1 by exact Ha. ring.
Qed.

(* Weighted loss, projected: the ansatz solves the flow driven by the projection of
   (Z - W H) Omega on the row space of V^T, for any Omega with V^T Omega V = diag(lambda). *)
Theorem modes_solve_projected Om :
  (forall a b, (a < r)%nat -> (b < r)%nat ->
     mul N (mul N (tr V) Om) V a b = if Nat.eqb b a then lambda b else 0) ->
  follows k d N mode_W mode_H (projected_residual Om).
Proof.
  intros HL. apply modes_follow. intros t i j Ht Hi Hj.
  unfold projected_residual, weighted_residual. unfold mul at 1. unfold mode_G, tr.
  apply sum_ext. intros c Hc. f_equal. unfold mul at 1 2.
  rewrite (sum_ext N _ (fun y => sum r (fun a => U i a * (sigma a - w a t * w a t)
                                   * (mul N (tr V) Om a y * V y c)))).
  - rewrite sum_swap.
    rewrite (sum_ext r _ (fun a => U i a * lambda a * (sigma a - w a t * w a t)
                                   * (if Nat.eqb c a then 1 else 0))).
    + rewrite (sum_delta r c (fun a => U i a * lambda a * (sigma a - w a t * w a t)) Hc). ring.
    + intros a Ha. rewrite sum_scal. fold (mul N (mul N (tr V) Om) V a c). rewrite HL by assumption.
      destruct (Nat.eqb_spec c a) as [->|]; ring.
  - intros y Hy.
    rewrite (sum_ext N _ (fun x => sum r (fun a => U i a * (sigma a - w a t * w a t) * (V x a * Om x y)))).
    + rewrite sum_swap, <- sum_scal_r. apply sum_ext. intros a Ha.
      rewrite sum_scal. unfold mul, tr. ring.
    + intros x Hx. rewrite residual_modes, <- sum_scal_r. apply sum_ext. intros; ring.
Qed.
End Modes.

(* The square root of the logistic closed form solves the mode ODE, so the ansatz is an explicit
   solution with squared amplitudes s. *)
Theorem sqrt_s_solves_mode_ode sigma lambda s0 (t : R) : 0 < sigma -> 0 < lambda -> 0 < s0 < sigma ->
  let w u := sqrt (s sigma lambda s0 u) in
  is_derive w t (lambda * w t * (sigma - w t * w t)).
Proof.
  intros Hs Hl H0 w. pose proof (s_range sigma lambda Hs s0 t H0) as Hr.
  pose proof (s_ode sigma lambda s0 t H0) as D.
  assert (E : w t * w t = s sigma lambda s0 t) by (apply sqrt_sqrt; lra).
  assert (Hw : 0 < w t) by (apply sqrt_lt_R0; lra).
  replace (lambda * w t * (sigma - w t * w t))
    with (scal (2 * lambda * s sigma lambda s0 t * (sigma - s sigma lambda s0 t)) (/ (2 * w t))).
  - apply (is_derive_comp sqrt (s sigma lambda s0) t); [|exact D].
    apply is_derive_Reals, derivable_pt_lim_sqrt. lra.
  - unfold scal; simpl; unfold mult; simpl. rewrite <- E. field. lra.
Qed.

(* The explicit solution of the projected weighted flow: from amplitudes s0_a in (0, sigma_a), the
   square roots of the logistic amplitudes solve it, and the logits are U diag(s) V^T.
   Unweighted loss: take lambda = 1 and Omega = I. *)
Theorem explicit_flow k d N r U V Q (sigma lambda s0 : nat -> R) Om :
  orthonormal k r U -> orthonormal N r V -> orthonormal d r Q ->
  (forall a, (a < r)%nat -> 0 < lambda a /\ 0 < s0 a < sigma a) ->
  (forall a b, (a < r)%nat -> (b < r)%nat ->
     mul N (mul N (tr V) Om) V a b = if Nat.eqb b a then lambda b else 0) ->
  let w a t := sqrt (s (sigma a) (lambda a) (s0 a) t) in
  follows k d N (mode_W r U Q w) (mode_H r V Q w) (projected_residual d N r U V Q sigma w Om) /\
  forall t i j, mul d (mode_W r U Q w t) (mode_H r V Q w t) i j
                = sum r (fun a => U i a * s (sigma a) (lambda a) (s0 a) t * V j a).
Proof.
  intros HU HV HQ Hs HL w. split.
  - apply (modes_solve_projected k d N r U V Q sigma lambda w); try assumption.
    intros a t Ha _. destruct (Hs a Ha) as [H1 H2]. apply sqrt_s_solves_mode_ode; lra.
  - intros t i j. rewrite (mode_logits d r U V Q w HQ). apply sum_ext. intros a Ha.
    destruct (Hs a Ha) as [H1 H2]. unfold w. rewrite sqrt_sqrt; [ring|].
    apply Rlt_le, s_range; lra.
Qed.

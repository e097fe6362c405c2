(* False neighbours of the theorems on uniqueness, refuted.

   Each statement below differs from Uniqueness.vanilla_unique or Uniqueness.driven_unique in one detail,
   and its negation is proved from explicit solutions with k = d = N = 1.  Source: this project. *)
From Coq Require Import Reals Lra Lia Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow Uniqueness.
Open Scope R_scope.

(* A real function as a matrix of one entry. *)
Definition one (f : R -> R) (t : R) (_ _ : nat) : R := f t.

Lemma one_follows w h g :
  (forall t, 0 <= t -> is_derive w t (g t * h t) /\ is_derive h t (g t * w t)) ->
  follows 1 1 1 (one w) (one h) (one g).
Proof.
  intros D. split; intros t i j Ht _ _; destruct (D t Ht) as [Dw Dh]; unfold mul, tr, one; simpl;
    rewrite Rplus_0_l; [exact Dw | rewrite Rmult_comm; exact Dh].
Qed.

Lemma one_follows_vanilla w h :
  (forall t, 0 <= t -> is_derive w t (- (w t * h t) * h t) /\ is_derive h t (- (w t * h t) * w t)) ->
  follows 1 1 1 (one w) (one h) (residual 1 (fun _ _ => 0) (one w) (one h)).
Proof.
  intros D. destruct (one_follows w h (fun t => - (w t * h t)) D) as [FW FH].
  split; intros t i j Ht Hi Hj; [specialize (FW t i j Ht Hi Hj) | specialize (FH t i j Ht Hi Hj)];
    unfold residual, mul, tr, one in *; simpl in *; rewrite !Rplus_0_l in *; rewrite Rminus_0_l; assumption.
Qed.

(* From w = h = 1 with target 0: w = h = 1 / sqrt (1 + 2 t). *)
Definition balanced (t : R) : R := / sqrt (1 + 2 * t).

Lemma balanced_follows : follows 1 1 1 (one balanced) (one balanced)
  (residual 1 (fun _ _ => 0) (one balanced) (one balanced)).
Proof.
  apply one_follows_vanilla. intros t Ht.
  assert (D : is_derive balanced t (- (balanced t * balanced t) * balanced t)); [|split; exact D].
  unfold balanced. pose proof (sqrt_lt_R0 (1 + 2 * t) ltac:(lra)). auto_derive; [split; lra|]. field. lra.
Qed.

(* From w = 2, h = 1/2 with target 0: h / w = E = exp (- 15/4 t) / 4 and w^2 - h^2 = 15/4. *)
Definition ratio (t : R) : R := exp (- (15 / 4) * t) / 4.
Definition steep (t : R) : R := sqrt (15 / 4 / (1 - ratio t * ratio t)).

Lemma ratio_range t : 0 <= t -> 0 < ratio t <= 1 / 4.
Proof.
  intros Ht. unfold ratio. pose proof (exp_pos (- (15 / 4) * t)).
  assert (exp (- (15 / 4) * t) <= exp 0); [|rewrite exp_0 in *; lra].
  destruct Ht as [Ht | <-]; [left; apply exp_increasing; lra | right; f_equal; ring].
Qed.

Lemma steep_square t : 0 <= t -> 0 < steep t /\ steep t * steep t * (1 - ratio t * ratio t) = 15 / 4.
Proof.
  intros Ht. pose proof (ratio_range t Ht). assert (0 < 1 - ratio t * ratio t) by nra.
  assert (P : 0 < 15 / 4 / (1 - ratio t * ratio t)) by (apply Rdiv_lt_0_compat; lra).
  split; [apply sqrt_lt_R0, P|]. unfold steep. rewrite sqrt_sqrt by lra. field. lra.
Qed.

Lemma steep_follows : follows 1 1 1 (one steep) (one (fun t => ratio t * steep t))
  (residual 1 (fun _ _ => 0) (one steep) (one (fun t => ratio t * steep t))).
Proof.
  apply one_follows_vanilla. intros t Ht.
  pose proof (ratio_range t Ht) as R. destruct (steep_square t Ht) as [P E].
  assert (Q : 0 < 1 - ratio t * ratio t) by nra.
  assert (DR : is_derive ratio t (- (15 / 4) * ratio t)) by (unfold ratio; auto_derive; [exact I | field]).
  assert (DS : is_derive steep t (- (steep t * (ratio t * steep t)) * (ratio t * steep t))).
  { replace (- (steep t * (ratio t * steep t)) * (ratio t * steep t))
      with (/ (2 * steep t) * (15 / 4 * (2 * (- (15 / 4) * ratio t) * ratio t) / Rsqr (1 - ratio t * ratio t))).
    - unfold steep at 1. auto_derive.
      + repeat split; try (eexists; exact DR); [lra|]. apply Rdiv_lt_0_compat; lra.
      + rewrite (is_derive_unique _ _ _ DR : Derive (fun u => ratio u) t = _). fold (steep t).
        change (sqrt (15 / 4 * / (1 + - (ratio t * ratio t)))) with (steep t). unfold Rsqr. field. lra.
    - rewrite <- E. unfold Rsqr. field. lra. }
  split; [exact DS|]. auto_derive; [repeat split; eexists; eassumption|].
  rewrite (is_derive_unique _ _ _ DR : Derive (fun u => ratio u) t = _).
  rewrite (is_derive_unique _ _ _ DS : Derive (fun u => steep u) t = _). rewrite <- E at 1. ring.
Qed.

(* Equal logits at the start do not make equal logits later: the balance of the layers matters. *)
Theorem not_unique_from_logits :
  ~ (forall k d N Z W H W' H', follows k d N W H (residual d Z W H) -> follows k d N W' H' (residual d Z W' H') ->
       agree k N (mul d (W 0) (H 0)) (mul d (W' 0) (H' 0)) ->
       forall t, 0 <= t -> agree k N (mul d (W t) (H t)) (mul d (W' t) (H' t))).
Proof.
  intros C. pose proof (C 1%nat 1%nat 1%nat _ _ _ _ _ balanced_follows steep_follows) as E.
  unfold agree, mul, one in E. simpl in E. destruct (steep_square 0 ltac:(lra)) as [P0 E0].
  destruct (steep_square 1 ltac:(lra)) as [P1 E1].
  assert (R0 : ratio 0 = 1 / 4) by (unfold ratio; rewrite Rmult_0_r, exp_0; field). rewrite R0 in *.
  assert (E' : 0 + balanced 1 * balanced 1 = 0 + steep 1 * (ratio 1 * steep 1)).
  { apply (E ltac:(intros; unfold balanced; rewrite Rmult_0_r, Rplus_0_r, sqrt_1; lra) 1 ltac:(lra) 0%nat 0%nat); lia. }
  assert (B : balanced 1 * balanced 1 = 1 / 3).
  { unfold balanced. replace (1 + 2 * 1) with 3 by ring. rewrite <- Rinv_mult, sqrt_sqrt by lra. field. }
  assert (R1 : 0 < ratio 1 < 1 / 16).
  { split; [apply ratio_range; lra|]. unfold ratio. rewrite Rmult_1_r, exp_Ropp.
    pose proof (exp_ineq1 (15 / 4) ltac:(lra)).
    assert (/ exp (15 / 4) < / 4) by (apply Rinv_lt_contravar; lra). lra. }
  rewrite B in E'. nra.
Qed.

(* The same classifier at the start is not enough: (1, 0) rests, (1, 1) does not. *)
Theorem not_unique_from_classifier :
  ~ (forall k d N Z W H W' H', follows k d N W H (residual d Z W H) -> follows k d N W' H' (residual d Z W' H') ->
       agree k d (W 0) (W' 0) -> forall t, 0 <= t -> agree k d (W t) (W' t)).
Proof.
  intros C. assert (F : follows 1 1 1 (one (fun _ => 1)) (one (fun _ => 0))
    (residual 1 (fun _ _ => 0) (one (fun _ => 1)) (one (fun _ => 0)))).
  { apply one_follows_vanilla. intros t _.
    split; [replace (- (1 * 0) * 0) with 0 by ring | replace (- (1 * 0) * 1) with 0 by ring]; auto_derive;
      (exact I || reflexivity). }
  assert (E : one balanced 4 0%nat 0%nat = one (fun _ => 1) 4 0%nat 0%nat).
  { apply (C 1%nat 1%nat 1%nat _ _ _ _ _ balanced_follows F); [|lra|lia|lia].
    intros i j _ _. unfold one, balanced. rewrite Rmult_0_r, Rplus_0_r, sqrt_1. field. }
  unfold one, balanced in E. replace (1 + 2 * 4) with (3 * 3) in E by ring. rewrite sqrt_square in E by lra. lra.
Qed.

(* Not for every driving matrix that is a function of the logits: with G = 2 sqrt (x - 1) / x, x the root of
   the logit, w = h = 1 rests and w = h = 1 + t^2 leaves it. *)
Definition rough (L : nat -> nat -> R) (i j : nat) : R := 2 * sqrt (sqrt (L i j) - 1) / sqrt (L i j).

Theorem not_unique_for_any_loss :
  ~ (forall k d N (g : (nat -> nat -> R) -> nat -> nat -> R) W H W' H',
       follows k d N W H (fun t => g (mul d (W t) (H t))) ->
       follows k d N W' H' (fun t => g (mul d (W' t) (H' t))) ->
       agree k d (W 0) (W' 0) -> agree d N (H 0) (H' 0) ->
       forall t, 0 <= t -> agree k d (W t) (W' t)).
Proof.
  intros C. set (x (c t : R) := 1 + c * (t * t)).
  assert (F : forall c, c * c = c -> 0 <= c ->
    follows 1 1 1 (one (x c)) (one (x c)) (fun t => rough (mul 1 (one (x c) t) (one (x c) t)))).
  { intros c Ec Hc. assert (D : forall t, 0 <= t -> is_derive (x c) t (2 * (c * t) / x c t * x c t)).
    { intros t Ht. unfold x. auto_derive; [exact I|]. field. nra. }
    assert (G : forall t i j, 0 <= t -> rough (mul 1 (one (x c) t) (one (x c) t)) i j = 2 * (c * t) / x c t).
    { intros t i j Ht. unfold rough, mul, one. simpl. rewrite Rplus_0_l.
      rewrite sqrt_square by (unfold x; nra). do 2 f_equal.
      replace (x c t - 1) with (c * t * (c * t)) by (unfold x; nra). apply sqrt_square. nra. }
    destruct (one_follows (x c) (x c) (fun t => 2 * (c * t) / x c t)) as [FW FH]; [intros t Ht; split; apply D, Ht|].
    split; intros t i j Ht Hi Hj; [specialize (FW t i j Ht Hi Hj) | specialize (FH t i j Ht Hi Hj)];
      unfold mul at 1; unfold tr at 1; simpl; rewrite G by exact Ht; assumption. }
  pose proof (C 1%nat 1%nat 1%nat rough _ _ _ _ (F 0 ltac:(ring) ltac:(lra)) (F 1 ltac:(ring) ltac:(lra))) as E.
  assert (E1 : one (x 0) 1 0%nat 0%nat = one (x 1) 1 0%nat 0%nat).
  { apply E; try lra; try lia; intros i j _ _; unfold one, x; ring. }
  unfold one, x in E1. lra.
Qed.

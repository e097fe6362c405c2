(* Systems x_i' = F_i(x), i in a finite list, F Lipschitz on bounded sets and sum x_i F_i(x) <= c for all x: a solution for
   all t >= 0, from any start.

   |x|^2 grows at no more than 2 c, so until T it stays below M = |x(0)|^2 + 2 c T + 1 <= M^2.  The flow of F with entries
   clamped to [-M, M] (Picard.v) never is at M, so it is the flow of F until T.  As M is given, no choice is needed to have one
   for every T; uniqueness (Systems.v) joins them.

   Hypotheses: as said; c does not depend on x.
   Computed by: nothing; used by WellPosed.v.
   Source: this project (continuation of bounded solutions is classical). *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Comparison Systems Picard.
Import ListNotations.
Open Scope R_scope.

(* Entries clamped to [-M, M]. *)
Definition clamp (M x : R) : R := Rmax (- M) (Rmin M x).

Lemma clamp_spec M x y : 0 <= M -> Rabs (clamp M x) <= M /\ Rabs (clamp M x - clamp M y) <= Rabs (x - y) /\
  (Rabs x <= M -> clamp M x = x).
Proof.
  intros HM. unfold clamp, Rmax, Rmin. repeat destruct Rle_dec; unfold Rabs; repeat destruct Rcase_abs; repeat split; intros; lra.
Qed.

Section Continuation.
Context {I : Type}.
Variables (l : list I) (F : (I -> R) -> I -> R) (x0 : I -> R) (c : R).
Hypothesis Hc : 0 <= c.

Definition within (M : R) (x : I -> R) : Prop := forall j, In j l -> Rabs (x j) <= M.

(* Lipschitz where all entries are at most M. *)
Hypothesis locally_lipschitz : forall M, 0 <= M -> exists K, 0 <= K /\ forall x y, within M x -> within M y ->
  forall i, In i l -> Rabs (F x i - F y i) <= K * total l (fun j => Rabs (x j - y j)).
(* The squared length grows at no more than 2 c. *)
Hypothesis dissipative : forall x, total l (fun i => x i * F x i) <= c.

Let F_clamped (M : R) (x : I -> R) (i : I) : R := F (fun j => clamp M (x j)) i.
Let start : R := total l (fun i => Rsqr (x0 i)).
(* The entries' bound until T. *)
Let size (T : R) : R := start + 2 * c * T + 1.
Let until (T : R) : I -> R -> R := solution (F_clamped (size T)) x0.

Lemma start_pos : 0 <= start.
Proof.
  unfold start. pose proof (total_le l (fun _ => 0) _ (fun i _ => Rle_0_sqr (x0 i))) as P.
  rewrite total_const, Rmult_0_r in P. exact P.
Qed.

Lemma size_ge_1 T : 0 <= T -> 1 <= size T.
Proof. intros HT. pose proof start_pos. pose proof (Rmult_le_pos c T Hc HT). unfold size. lra. Qed.

Lemma clamped_within M x : 0 <= M -> within M (fun j => clamp M (x j)).
Proof. intros HM j _. apply (clamp_spec M (x j) 0 HM). Qed.

(* The flow of the clamped field. *)
Lemma until_flow T : 0 <= T -> (forall i, until T i 0 = x0 i) /\
  forall i t, In i l -> 0 <= t -> is_derive (until T i) t (F_clamped (size T) (fun j => until T j t) i).
Proof.
  intros HT. pose proof (size_ge_1 T HT) as HM. set (M := size T) in *. assert (M0 : 0 <= M) by lra.
  destruct (locally_lipschitz M M0) as [K [HK Lip]].
  set (B := total l (fun i => Rabs (F (fun _ => 0) i)) + K * (INR (length l) * M)).
  assert (N : 0 <= K * (INR (length l) * M)) by (repeat apply Rmult_le_pos; [exact HK | apply pos_INR | exact M0]).
  assert (Z : within M (fun _ => 0)) by (intros j _; rewrite Rabs_R0; exact M0).
  apply (bounded_field_solution l (F_clamped M) x0 K B HK).
  - unfold B. pose proof (total_le l (fun _ => 0) _ (fun i _ => Rabs_pos (F (fun _ => 0) i))) as P.
    rewrite total_const, Rmult_0_r in P. lra.
  - intros x y i Hi. apply Rle_trans with (1 := Lip _ _ (clamped_within M x M0) (clamped_within M y M0) i Hi).
    apply Rmult_le_compat_l; [exact HK|]. apply total_le. intros j _. apply (clamp_spec M _ _ M0).
  - intros x i Hi. unfold F_clamped. set (xc := fun j => clamp M (x j)).
    replace (F xc i) with ((F xc i - F (fun _ => 0) i) + F (fun _ => 0) i) by ring.
    apply Rle_trans with (1 := Rabs_triang _ _). unfold B. rewrite Rplus_comm. apply Rplus_le_compat.
    + apply (term_le_total l (fun i => Rabs (F (fun _ => 0) i))); [intros; apply Rabs_pos | exact Hi].
    + apply Rle_trans with (1 := Lip _ _ (clamped_within M x M0) Z i Hi). apply Rmult_le_compat_l; [exact HK|].
      rewrite <- total_const. apply total_le. intros j Hj. rewrite Rminus_0_r. apply (clamped_within M x M0 j Hj).
Qed.

(* Entries of a state of squared length at most M^2. *)
Lemma within_of_length M x : 0 <= M -> total l (fun i => Rsqr (x i)) <= Rsqr M -> within M x.
Proof.
  intros HM H j Hj. rewrite <- (Rabs_right M) by lra. apply Rsqr_le_abs_0. apply Rle_trans with (2 := H).
  apply (term_le_total l (fun i => Rsqr (x i))); [intros; apply Rle_0_sqr | exact Hj].
Qed.

(* Within the bound clamping changes nothing. *)
Lemma unclamped M x i : 0 <= M -> within M x -> In i l -> F_clamped M x i = F x i.
Proof.
  intros HM H Hi. apply Rminus_diag_uniq, Rabs_eq_0, Rle_antisym; [|apply Rabs_pos].
  destruct (locally_lipschitz M HM) as [K [HK Lip]].
  apply Rle_trans with (1 := Lip _ _ (clamped_within M x HM) H i Hi).
  apply Rle_trans with (K * total l (fun _ => 0)); [|rewrite total_const; lra].
  apply Rmult_le_compat_l; [exact HK|]. apply total_le. intros j Hj.
  destruct (clamp_spec M (x j) 0 HM) as [_ [_ E]]. rewrite (E (H j Hj)), Rminus_eq_0, Rabs_R0. lra.
Qed.

(* Until T the bound is not reached. *)
Lemma until_within T t : 0 <= t <= T -> within (size T) (fun j => until T j t).
Proof.
  intros Ht. assert (HT : 0 <= T) by lra. pose proof (size_ge_1 T HT) as HM.
  destruct (until_flow T HT) as [H0 D]. set (M := size T) in *.
  set (S := fun u => total l (fun i => Rsqr (until T i u))).
  set (dS := fun u => total l (fun i => 2 * until T i u * F_clamped M (fun j => until T j u) i)).
  assert (DS : forall u, 0 <= u -> is_derive S u (dS u)).
  { intros u Hu. apply (is_derive_total l (fun i u => Rsqr (until T i u))). intros i Hi.
    pose proof (D i u Hi Hu) as Di. unfold Rsqr. auto_derive; [repeat split; eexists; exact Di|].
    rewrite (is_derive_unique _ _ _ Di : Derive (fun v => until T i v) u = _). ring. }
  assert (MM : M <= Rsqr M) by (unfold Rsqr; nra).
  assert (S0 : S 0 = start).
  { apply total_ext. intros i _. rewrite H0. reflexivity. }
  apply within_of_length; [lra|]. change (S t <= Rsqr M). destruct (Rle_or_lt (S t) (Rsqr M)) as [|N]; [assumption|exfalso].
  destruct (first_time S (Rsqr M) t) as [u [Hu [E Below]]]; [lra| |lra| |].
  { rewrite S0. unfold M, size in *. pose proof (Rmult_le_pos c T Hc HT). lra. }
  { intros v Hv. apply derive_continuity. eexists. apply DS. lra. }
  assert (G : 2 * c * 0 - S 0 <= 2 * c * u - S u).
  { apply (nondecreasing (fun v => 2 * c * v - S v) (fun v => 2 * c - dS v) u); [lra| |].
    - intros v Hv. apply (is_derive_minus (fun v => 2 * c * v) S); [auto_derive; [exact Logic.I | ring] | apply DS; lra].
    - intros v Hv. assert (Wv : within M (fun j => until T j v)).
      { apply within_of_length; [lra|]. change (S v <= Rsqr M).
        destruct (Req_dec v u) as [-> | Nv]; [lra|]. left. apply Below. lra. }
      assert (dS v <= 2 * c); [|lra]. apply Rle_trans with (2 * total l (fun i => until T i v * F (fun j => until T j v) i)).
      + rewrite <- total_scal. apply total_le. intros i Hi.
        rewrite (unclamped M (fun j => until T j v) i) by (assumption || lra). lra.
      + pose proof (dissipative (fun j => until T j v)). lra. }
  assert (c * u <= c * T) by (apply Rmult_le_compat_l; lra). unfold M, size in *. lra.
Qed.

(* So it solves the equations until T. *)
Lemma until_solves T i t : In i l -> 0 <= t <= T -> is_derive (until T i) t (F (fun j => until T j t) i).
Proof.
  intros Hi Ht. destruct (until_flow T ltac:(lra)) as [_ D]. pose proof (size_ge_1 T ltac:(lra)).
  rewrite <- (unclamped (size T) (fun j => until T j t) i); [apply D; [exact Hi | lra] | lra | apply until_within, Ht | exact Hi].
Qed.

(* Two of them agree as long as both do. *)
Lemma until_agree T T' i t : In i l -> 0 <= t <= T -> t <= T' -> until T i t = until T' i t.
Proof.
  intros Hi Ht Ht'. pose proof (size_ge_1 T ltac:(lra)) as A. pose proof (size_ge_1 T' ltac:(lra)) as A'.
  set (M := Rmax (size T) (size T')). pose proof (Rmax_l (size T) (size T')) as ML. pose proof (Rmax_r (size T) (size T')) as MR.
  fold M in ML, MR. destruct (locally_lipschitz M ltac:(lra)) as [K [HK Lip]].
  assert (Wt : forall S u, 0 <= u <= S -> size S <= M -> within M (fun j => until S j u)).
  { intros S u Hu HS j Hj. apply Rle_trans with (1 := until_within S u Hu j Hj), HS. }
  apply (unique_if_lipschitz l (until T) (until T') (fun i t => F (fun j => until T j t) i) (fun i t => F (fun j => until T' j t) i)
    (K * INR (length l)) t); try assumption; try lra.
  - intros j u Hj Hu. split; apply until_solves; try assumption; lra.
  - intros j u Hj Hu. apply Rle_trans with (1 := Lip _ _ (Wt T u ltac:(lra) ML) (Wt T' u ltac:(lra) MR) j Hj).
    rewrite Rmult_assoc. apply Rmult_le_compat_l; [exact HK|]. rewrite <- total_const. apply total_le.
    intros m Hm. apply entry_le_distance, Hm.
  - intros j _. rewrite (proj1 (until_flow T ltac:(lra))), (proj1 (until_flow T' ltac:(lra))). reflexivity.
Qed.

(* The solution for all times. *)
Theorem global_solution : exists x : I -> R -> R, (forall i, x i 0 = x0 i) /\
  forall i t, In i l -> 0 <= t -> is_derive (x i) t (F (fun j => x j t) i).
Proof.
  set (x := fun i t => until (Rmax t 0 + 1) i t).
  assert (E : forall i t u, In i l -> 0 <= t -> Rabs (u - t) < 1 -> (t = 0 \/ 0 < u) -> until (t + 1) i u = x i u).
  { intros i t u Hi Ht Hu C. apply Rabs_def2 in Hu. unfold x. destruct (Rle_or_lt u 0) as [N | N].
    - destruct C as [-> | C]; [|lra]. rewrite Rmax_right by exact N. reflexivity.
    - rewrite Rmax_left by lra. apply until_agree; [exact Hi | lra | lra]. }
  exists x. split.
  - intros i. unfold x. rewrite Rmax_left by lra. apply until_flow. lra.
  - intros i t Hi Ht. apply (is_derive_ext_loc (until (t + 1) i)).
    + assert (Hd : 0 < Rmin 1 (if Req_EM_T t 0 then 1 else t)).
      { apply Rmin_glb_lt; [lra|]. destruct (Req_EM_T t 0); lra. }
      exists (mkposreal _ Hd). intros u Hu. apply (E i t u Hi Ht).
      * apply Rlt_le_trans with (1 := Hu), Rmin_l.
      * destruct (Req_EM_T t 0) as [-> | N]; [left; reflexivity | right].
        assert (A : Rabs (u - t) < t) by (apply Rlt_le_trans with (1 := Hu), Rmin_r). apply Rabs_def2 in A. lra.
    + assert (P : forall j, In j l -> until (t + 1) j t = x j t).
      { intros j Hj. apply E; [exact Hj | exact Ht | rewrite Rminus_eq_0, Rabs_R0; lra|].
        destruct (Req_dec t 0); [left; assumption | right; lra]. }
      replace (F (fun j => x j t) i) with (F (fun j => until (t + 1) j t) i); [apply until_solves; [exact Hi | lra]|].
      pose proof (size_ge_1 (t + 1) ltac:(lra)) as HM. destruct (locally_lipschitz (size (t + 1)) ltac:(lra)) as [K [HK Lip]].
      pose proof (until_within (t + 1) t ltac:(lra)) as Wu.
      apply Rminus_diag_uniq, Rabs_eq_0, Rle_antisym; [|apply Rabs_pos].
      apply Rle_trans with (1 := Lip (fun j => until (t + 1) j t) (fun j => x j t) Wu
        ltac:(intros j Hj; rewrite <- (P j Hj); apply (Wu j Hj)) i Hi).
      apply Rle_trans with (K * total l (fun _ => 0)); [|rewrite total_const; lra].
      apply Rmult_le_compat_l; [exact HK|]. apply total_le. intros j Hj. rewrite (P j Hj), Rminus_eq_0, Rabs_R0. lra.
Qed.
End Continuation.
